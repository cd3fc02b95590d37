# expect: two-roads, drivers, written, counted
# undo: virsh 'destroy smartgo_01; detach-disk smartgo_01 sda --config; detach-disk smartgo_01 vdb --config'; rm /var/lib/libvirt/images/emulated.img /var/lib/libvirt/images/paravirtual.img /var/log/libvirt/qemu/smartgo_01.log
# The disks were added to the definition of a guest that was already running.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cd /var/lib/libvirt/images
qemu-img create -q -f raw emulated.img 64M
qemu-img create -q -f raw paravirtual.img 64M
virsh start smartgo_01
virsh attach-disk smartgo_01 "$PWD/emulated.img" sda --targetbus sata --config
virsh attach-disk smartgo_01 "$PWD/paravirtual.img" vdb --targetbus virtio --config
