# expect: windows, devices, setup
# undo: virsh 'undefine windows2k8; pool-destroy guests_images; pool-undefine guests_images'; rm -r /guests_images
# --osinfo linux2024: clock in UTC, virtio, and the disc gone after the first start. Defined instead of asked of virt-install, which takes much longer.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
mkdir /guests_images
qemu-img create -q -f qcow2 /guests_images/windows2k8.img 50G
virsh 'pool-define-as guests_images dir --target /guests_images; pool-start guests_images; define /dev/stdin' <<XML
<domain type='kvm'>
  <name>windows2k8</name>
  <memory unit='MiB'>1024</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <clock offset='utc'/>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/guests_images/windows2k8.img'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <graphics type='vnc' port='5940' autoport='no' listen='127.0.0.1'/>
  </devices>
</domain>
XML
