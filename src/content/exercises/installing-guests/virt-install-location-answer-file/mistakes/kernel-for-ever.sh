# expect: installed, fetched, ticket, definition
# undo: virsh undefine smartgo_ks; rm /var/lib/libvirt/images/smartgo_ks.qcow2 /var/lib/libvirt/images/vmlinuz /var/lib/libvirt/images/initrd.img
# The installer's kernel stands in the definition that is kept: each start would install anew. It is only defined here.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
qemu-img create -q -f qcow2 $images/smartgo_ks.qcow2 1G
xorriso -osirrox on -indev $images/lab.iso -extract /boot/vmlinuz $images/vmlinuz -extract /boot/initrd.img $images/initrd.img 2>/dev/null
virsh define /dev/stdin <<XML
<domain type='kvm'>
  <name>smartgo_ks</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>$images/vmlinuz</kernel>
    <initrd>$images/initrd.img</initrd>
    <cmdline>console=ttyS0 inst.ks=http://192.168.122.1:8000/ks.cfg</cmdline>
  </os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$images/smartgo_ks.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><source file='$images/lab.iso'/><target dev='sda' bus='sata'/><readonly/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <console type='pty'/>
  </devices>
</domain>
XML
