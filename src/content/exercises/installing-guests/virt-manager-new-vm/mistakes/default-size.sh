# expect: disk
# undo: virsh 'destroy gui_01; undefine gui_01'; rm /var/lib/libvirt/images/gui_01.qcow2 /var/log/libvirt/qemu/gui_01.log
# Step 4 left as it was: 25 GiB, more than is free, which the wizard lets pass. The rest is right; the definition is that of the first start.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
disk=/var/lib/libvirt/images/gui_01.qcow2
qemu-img create -q -f qcow2 $disk 25G
virsh 'define /dev/stdin; start gui_01' <<XML
<domain type='kvm'>
  <name>gui_01</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='cdrom'/><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$disk'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='/var/lib/libvirt/images/lab.iso'/><target dev='sda' bus='sata'/><readonly/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <graphics type='vnc' autoport='yes'/>
  </devices>
</domain>
XML
