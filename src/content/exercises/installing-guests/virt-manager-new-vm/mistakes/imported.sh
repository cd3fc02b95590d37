# expect: installer
# undo: virsh 'destroy gui_01; undefine gui_01'; rm /var/lib/libvirt/images/gui_01.qcow2 /var/log/libvirt/qemu/gui_01.log
# “Import existing disk image” with a disk that was just made: there is no disc, and nothing to start from.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
disk=/var/lib/libvirt/images/gui_01.qcow2
qemu-img create -q -f qcow2 $disk 2G
virsh define /dev/stdin <<XML
<domain type='kvm'>
  <name>gui_01</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$disk'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <graphics type='vnc' autoport='yes'/>
  </devices>
</domain>
XML
virsh start gui_01
