# expect: screen, setup
# undo: virsh undefine windows2008; rm -r /home/images2
# port=5950 as in the notes, which centos7 claims too. Defined instead of asked of virt-install, which takes much longer, and never started.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
mkdir /home/images2
qemu-img create -q -f qcow2 /home/images2/windows2008.img 40G
virsh 'define /dev/stdin; autostart windows2008' <<XML
<domain type='kvm'>
  <name>windows2008</name>
  <memory unit='MiB'>1536</memory>
  <currentMemory unit='MiB'>1024</currentMemory>
  <vcpu current='1'>4</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <clock offset='localtime'/>
  <devices>
    <disk type='file' device='floppy'><driver name='qemu' type='raw'/><source file='/usr/share/virtio-win/virtio-win_amd64.vfd'/><target dev='fda' bus='fdc'/></disk>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/home/images2/windows2008.img'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='/var/lib/libvirt/images/windows.iso'/><target dev='sda' bus='sata'/><readonly/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <graphics type='vnc' port='5950' autoport='no' listen='127.0.0.1'/>
  </devices>
</domain>
XML
