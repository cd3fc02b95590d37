# expect: twin, side-by-side
# undo: virsh undefine smartgo_02; rm /var/lib/libvirt/images/smartgo_02.qcow2 /root/new_smartgo_01
# The new disk is an overlay on the disk of smartgo_01: as soon as that one writes, the twin is damaged.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
virsh dumpxml --inactive --security-info smartgo_01 >/root/new_smartgo_01
qemu-img create -q -f qcow2 -b $images/smartgo_01.qcow2 -F qcow2 $images/smartgo_02.qcow2
sed -e 's/smartgo_01/smartgo_02/g' -e '/<uuid>/d' -e '/<mac address/d' /root/new_smartgo_01 | virsh define /dev/stdin
