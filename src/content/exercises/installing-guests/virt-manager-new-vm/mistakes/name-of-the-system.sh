# expect: machine, disk, network, installer
# undo: virsh undefine linux2024; rm /var/lib/libvirt/images/linux2024.qcow2
# Step 5 left as it was: the guest is called after its operating system. It is only defined here, for it is the wrong guest anyway.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
disk=/var/lib/libvirt/images/linux2024.qcow2
qemu-img create -q -f qcow2 $disk 2G
virsh define /dev/stdin <<XML
<domain type='kvm'>
  <name>linux2024</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='cdrom'/><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$disk'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><source file='/var/lib/libvirt/images/lab.iso'/><target dev='sda' bus='sata'/><readonly/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <graphics type='vnc' autoport='yes'/>
  </devices>
</domain>
XML
