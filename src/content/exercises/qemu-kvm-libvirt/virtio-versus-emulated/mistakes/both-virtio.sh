# expect: two-roads, drivers, written, counted
# undo: virsh 'destroy smartgo_01; detach-disk smartgo_01 vdc --config; detach-disk smartgo_01 vdb --config'; rm /var/lib/libvirt/images/emulated.img /var/lib/libvirt/images/paravirtual.img /var/log/libvirt/qemu/smartgo_01.log
# The second disk was given a name that says virtio, and libvirt takes the bus from the name.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cd /var/lib/libvirt/images
qemu-img create -q -f raw emulated.img 64M
qemu-img create -q -f raw paravirtual.img 64M
virsh attach-disk smartgo_01 "$PWD/emulated.img" vdc --config
virsh attach-disk smartgo_01 "$PWD/paravirtual.img" vdb --config
virsh start smartgo_01
