# expect: two-machines, race
# --virt-type left out: on a host with /dev/kvm both become kvm.
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
machine tcg kvm 64
machine kvm kvm 64
echo '{"tcg": 0.2, "kvm": 0.2}' > /root/race/race.json
