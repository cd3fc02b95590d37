# expect: no-screen, installed, logged-in
# undo: virsh 'destroy smartgo3; undefine smartgo3'; rm -r /var/lib/libvirt/images/smartgo3.img /var/log/libvirt/qemu/smartgo3.log /var/lib/libvirt/boot/vmlinuz /var/lib/libvirt/boot/initrd.img /root/first.xml /root/later.xml
# --location without --extra-args: a silent guest. Then a screen was added “to see something”: it comes with the next start only.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
boot=/var/lib/libvirt/boot
mkdir -p $boot
qemu-img create -q -f qcow2 $images/smartgo3.img 8G
xorriso -osirrox on -indev $images/lab.iso -extract /boot/vmlinuz $boot/vmlinuz -extract /boot/initrd.img $boot/initrd.img 2>/dev/null
domain() {
  cat <<XML
<domain type='kvm'>
  <name>smartgo3</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type>$1</os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$images/smartgo3.img'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='$images/lab.iso'/><target dev='sda' bus='sata'/><readonly/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <console type='pty'/>
    $2
  </devices>
</domain>
XML
}
domain "<kernel>$boot/vmlinuz</kernel><initrd>$boot/initrd.img</initrd><cmdline>quiet</cmdline>" '' >/root/first.xml
domain "<boot dev='hd'/>" "<graphics type='vnc'/>" >/root/later.xml
virsh define /root/first.xml
virsh start smartgo3
sed -i "s|<name>|<uuid>$(virsh domuuid smartgo3)</uuid><name>|" /root/later.xml
virsh define /root/later.xml
