# expect: network, fixed-lease, moved, address
# undo: virsh net-undefine labnet; rm /root/labnet.xml
# The addresses of the network default: libvirt refuses to start a second network with them.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cat >/root/labnet.xml <<'X'
<network>
  <name>labnet</name>
  <forward mode='nat'/>
  <bridge name='virbr10'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='192.168.122.100' end='192.168.122.200'/>
      <host mac='52:54:00:6b:3c:01' ip='192.168.122.50'/>
    </dhcp>
  </ip>
</network>
X
virsh net-define /root/labnet.xml
virsh net-start labnet || true
virsh net-autostart labnet
