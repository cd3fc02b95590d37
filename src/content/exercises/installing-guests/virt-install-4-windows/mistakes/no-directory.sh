# expect: disk, pool, screen, setup
# undo: virsh undefine windows2k8; rm /var/lib/libvirt/images/windows2k8.img
# The folder was missing, so the disk went into another one, with the size that virt-install let pass; and the screen is for everybody, as in the notes.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
qemu-img create -q -f qcow2 $images/windows2k8.img 5G
virsh define /dev/stdin <<XML
<domain type='kvm'>
  <name>windows2k8</name>
  <memory unit='MiB'>1024</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/><hyperv><relaxed state='on'/><vapic state='on'/></hyperv></features>
  <clock offset='localtime'/>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$images/windows2k8.img'/><target dev='sda' bus='sata'/></disk>
    <disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='$images/windows.iso'/><target dev='sdb' bus='sata'/><readonly/></disk>
    <interface type='network'><source network='default'/><model type='e1000e'/></interface>
    <graphics type='vnc' port='5940' autoport='no' listen='0.0.0.0'/>
  </devices>
</domain>
XML
