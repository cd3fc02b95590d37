# expect: drivers, disk, installing
# undo: virsh undefine smartgo1; rm -f /var/lib/libvirt/images/smartgo1.img /var/log/libvirt/qemu/smartgo1.log
# Without a name for the system (require=off), and the size counted in MiB: old devices, a raw disk of 8 MiB. It has been switched off.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
disk=/var/lib/libvirt/images/smartgo1.img
qemu-img create -q -f raw $disk 8M
virsh define /dev/stdin <<XML
<domain type='kvm'>
  <name>smartgo1</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='$disk'/><target dev='hda' bus='ide'/></disk>
    <disk type='file' device='cdrom'><target dev='hdb' bus='ide'/><readonly/></disk>
    <interface type='network'><source network='default'/><model type='e1000'/></interface>
    <graphics type='vnc' port='5920' autoport='no' listen='127.0.0.1'/>
  </devices>
</domain>
XML
