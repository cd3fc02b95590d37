# expect: moved, address
# undo: virsh dumpxml --inactive smartgo_01 | sed "s/network='labnet'/network='default'/" | virsh define /dev/stdin; virsh 'net-destroy labnet; net-undefine labnet'; rm /root/labnet.xml
# Only the stored definition of the guest is changed; the running guest stays in the network default.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cat >/root/labnet.xml <<'X'
<network>
  <name>labnet</name>
  <forward mode='nat'/>
  <bridge name='virbr10'/>
  <ip address='192.168.150.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='192.168.150.100' end='192.168.150.200'/>
      <host mac='52:54:00:6b:3c:01' ip='192.168.150.50'/>
    </dhcp>
  </ip>
</network>
X
virsh 'net-define /root/labnet.xml; net-start labnet; net-autostart labnet'
virsh dumpxml --inactive smartgo_01 | sed "s/network='default'/network='labnet'/" | virsh define /dev/stdin
