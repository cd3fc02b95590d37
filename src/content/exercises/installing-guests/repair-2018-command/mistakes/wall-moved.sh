# expect: guest, screen, disc, script, faults
# /root opened instead of the disc moved, the question for the system switched off, the screen open to all. Defined instead of asked of
# virt-install, which takes much longer: so its log knows nothing of it. Switched off.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
disk=/var/lib/libvirt/images/smartgo1.img
chmod 755 /root
sed -e 's/ --os-type=linux/ --osinfo require=off/; s/,keymap=en_us//' -e '/--os-variant/d' /root/old.sh >/root/new.sh
printf '%s\n' 'os-variant is not known' 'keymap is not known' >>/root/faults.txt
qemu-img create -q -f qcow2 $disk 8G
virsh define /dev/stdin <<XML
<domain type='kvm'>
  <name>smartgo1</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='cdrom'/></os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$disk'/><target dev='hda' bus='ide'/></disk>
    <disk type='file' device='cdrom'><source file='/root/CentOS-7-x86_64-DVD-1804.iso'/><target dev='hdb' bus='ide'/><readonly/></disk>
    <interface type='bridge'><source bridge='virbr0'/><model type='e1000'/></interface>
    <graphics type='vnc' port='5920' autoport='no' listen='0.0.0.0'/>
  </devices>
</domain>
XML
