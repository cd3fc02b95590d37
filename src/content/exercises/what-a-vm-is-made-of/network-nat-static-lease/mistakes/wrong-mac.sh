# expect: fixed-lease, address
# The address is kept for a card that the guest does not have, so that the guest gets one from the range.
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
      <host mac='52:54:00:6b:3c:02' ip='192.168.150.50'/>
    </dhcp>
  </ip>
</network>
X
virsh 'net-define /root/labnet.xml; net-start labnet; net-autostart labnet'
virsh dumpxml --inactive smartgo_01 --xpath //interface | sed 's/network="default"/network="labnet"/' >/root/card.xml
virsh update-device smartgo_01 /root/card.xml --live --config
