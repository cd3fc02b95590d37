# expect: lasting, address
# undo: virsh 'net-destroy default; net-define /root/default.xml'; rm /root/default.xml
# net-create runs a network that has no definition.
set -eu
virsh net-dumpxml default >/root/default.xml
virsh net-undefine default
virsh net-create /root/default.xml
