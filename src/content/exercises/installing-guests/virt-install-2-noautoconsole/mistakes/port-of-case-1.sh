# expect: screen, prompt
# undo: virsh undefine smartgo2; rm /var/lib/libvirt/images/smartgo2.img /root/display.txt
# Port 5920 was copied along with the rest, and the guest has been switched off.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
qemu-img create -q -f qcow2 $images/smartgo2.img 8G
virsh define /dev/stdin <<XML
<domain type='kvm'>
  <name>smartgo2</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$images/smartgo2.img'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <graphics type='vnc' port='5920' autoport='no' listen='127.0.0.1'/>
  </devices>
</domain>
XML
echo vnc://127.0.0.1:20 >/root/display.txt
