# expect: same-otherwise, race
# One machine has twice the memory of the other: a race on two different tracks. And nothing was written down.
set -eu
# Defined by hand: virt-install would make the same, more slowly.
machine() {
  cat > "/root/race/$1.xml" <<END
<domain type="$2"><name>smartgo_$1</name><memory unit="MiB">$3</memory><vcpu>1</vcpu>
<os><type arch="x86_64" machine="pc">hvm</type></os>
<devices><disk type="file"><driver name="qemu" type="raw"/><source file="/var/lib/libvirt/images/counter_$1.img"/><target dev="hda"/></disk>
<serial type="pty"/><controller type="usb" model="none"/><memballoon model="none"/></devices></domain>
END
  virsh -c qemu:///system define "/root/race/$1.xml"
  virsh -c qemu:///system start "smartgo_$1"
}
machine tcg qemu 64
machine kvm kvm 128
