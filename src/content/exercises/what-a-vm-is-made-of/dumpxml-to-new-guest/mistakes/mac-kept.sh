# expect: backup, twin, side-by-side
# undo: virsh undefine smartgo_02; rm /var/lib/libvirt/images/smartgo_02.qcow2 /root/new_smartgo_01
# The backup itself was changed, and the MAC address was kept: two machines with one address. Neither is started here.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
virsh dumpxml --inactive --security-info smartgo_01 >/root/new_smartgo_01
cp $images/smartgo_01.qcow2 $images/smartgo_02.qcow2
sed -i -e 's/smartgo_01/smartgo_02/g' -e '/<uuid>/d' /root/new_smartgo_01
virsh define /root/new_smartgo_01
