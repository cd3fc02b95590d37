# expect: two-roads, drivers, written, counted
# undo: virsh 'detach-disk smartgo_01 sda --config; detach-disk smartgo_01 vdb --config'; rm /var/lib/libvirt/images/both.img /var/log/libvirt/qemu/smartgo_01.log
# One image on both roads: QEMU locks an image that it writes to, and the guest does not start.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cd /var/lib/libvirt/images
qemu-img create -q -f raw both.img 64M
virsh attach-disk smartgo_01 "$PWD/both.img" sda --targetbus sata --config
virsh attach-disk smartgo_01 "$PWD/both.img" vdb --targetbus virtio --config
! virsh start smartgo_01
