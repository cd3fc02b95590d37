set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cd /var/lib/libvirt/images
qemu-img create -q -f qcow2 -b debian-13-small.qcow2 -F qcow2 centos7u2.img
virsh 'define /dev/stdin; autostart centos7' <<XML
<domain type='kvm'>
  <name>centos7</name>
  <memory unit='MiB'>1024</memory>
  <currentMemory unit='MiB'>512</currentMemory>
  <vcpu current='1'>4</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/centos7u2.img'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <graphics type='vnc' port='5950' autoport='no' listen='127.0.0.1'/>
  </devices>
</domain>
XML
