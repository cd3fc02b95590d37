# expect: network, fixed-lease, moved, address
# undo: virsh net-destroy labnet; rm /root/labnet.xml
# net-create: the network works, and is gone after the next boot. The guest stays where it is.
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
virsh net-create /root/labnet.xml
virsh net-autostart labnet || true
