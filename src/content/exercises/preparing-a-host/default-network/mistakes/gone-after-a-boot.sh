# expect: lasting, address
# Started and not marked; and the host's own address taken for the guest's.
set -eu
virsh net-start default
virsh start smartgo_01
echo 192.168.122.1 >/root/address.txt
