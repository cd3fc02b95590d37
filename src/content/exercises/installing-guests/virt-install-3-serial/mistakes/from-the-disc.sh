# expect: installed, logged-in
# undo: virsh 'destroy smartgo3; undefine smartgo3'; rm /var/lib/libvirt/images/smartgo3.img /var/log/libvirt/qemu/smartgo3.log
# --graphics none with --cdrom, as in the notes: the disc puts the questions on a screen that is not there. The definition of the first start.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
qemu-img create -q -f qcow2 $images/smartgo3.img 8G
virsh define /dev/stdin <<XML
<domain type='kvm'>
  <name>smartgo3</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='cdrom'/><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$images/smartgo3.img'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='$images/lab.iso'/><target dev='sda' bus='sata'/><readonly/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <console type='pty'/>
  </devices>
</domain>
XML
virsh start smartgo3
