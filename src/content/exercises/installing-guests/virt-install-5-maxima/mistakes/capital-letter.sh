# expect: memory, running
# undo: virsh undefine centos7
# maxMemory= with a capital letter: room for memory modules, and the maximum stays 512. Defined, and never started.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh 'define /dev/stdin; autostart centos7' <<XML
<domain type='kvm'>
  <name>centos7</name>
  <maxMemory slots='4' unit='MiB'>1024</maxMemory>
  <memory unit='MiB'>512</memory>
  <vcpu current='1'>4</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <cpu><numa><cell id='0' cpus='0-3' memory='512' unit='MiB'/></numa></cpu>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/centos7u2.img'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <graphics type='vnc' port='5950' autoport='no' listen='127.0.0.1'/>
  </devices>
</domain>
XML
