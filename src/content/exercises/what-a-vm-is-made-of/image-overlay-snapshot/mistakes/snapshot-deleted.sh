# expect: snapshot, back
# undo: virsh undefine smartgo_02; rm /var/lib/libvirt/images/smartgo_02.qcow2 /root/smartgo_02.xml /root/accident.log
# After the accident the snapshot is deleted instead of reverted to.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
qemu-img create -q -f qcow2 -b $images/debian-13-small.qcow2 -F qcow2 $images/smartgo_02.qcow2
virsh dumpxml --inactive smartgo_01 | sed -e 's/smartgo_01/smartgo_02/g' -e '/<uuid>/d' -e '/<mac address/d' >/root/smartgo_02.xml
virsh define /root/smartgo_02.xml
virsh snapshot-create-as smartgo_02 clean
/root/accident
virsh snapshot-delete smartgo_02 clean
