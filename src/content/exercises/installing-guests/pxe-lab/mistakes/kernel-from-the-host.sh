# expect: guest, netboot
# undo: virsh 'destroy pxe1; undefine pxe1; net-destroy pxenet; net-undefine pxenet'; rm /var/log/libvirt/qemu/pxe1.log
# The kernel file stands in the definition: QEMU loads it from the host, and nothing comes over the network.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cat >/root/pxenet.xml <<X
<network>
  <name>pxenet</name>
  <forward mode="nat"/>
  <bridge name="virbr20" stp="on" delay="0"/>
  <ip address="192.168.160.1" netmask="255.255.255.0">
    <tftp root="/srv/tftp"/>
    <dhcp>
      <range start="192.168.160.100" end="192.168.160.200"/>
      <bootp file="boot.ipxe"/>
    </dhcp>
  </ip>
</network>
X
virsh net-define /root/pxenet.xml
virsh net-start pxenet
printf '#!ipxe\nkernel vmlinuz console=ttyS0 smartgo.ticket=%s\ninitrd tiny.img\nboot\n' "$(cat /root/ticket)" >/srv/tftp/boot.ipxe
virsh define /dev/stdin <<XML
<domain type='kvm'>
  <name>pxe1</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type>
    <kernel>/srv/tftp/vmlinuz</kernel><initrd>/srv/tftp/tiny.img</initrd><cmdline>console=ttyS0 smartgo.ticket=$(cat /root/ticket)</cmdline>
  </os>
  <features><acpi/><apic/></features>
  <devices>
    <interface type='network'><source network='pxenet'/><model type='virtio'/></interface>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <console type='pty'/>
  </devices>
</domain>
XML
virsh start pxe1
