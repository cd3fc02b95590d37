set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
qemu-img create -q -f qcow2 -b $images/debian-13-small.qcow2 -F qcow2 $images/smartgo_02.qcow2
virsh dumpxml --inactive smartgo_01 >/root/smartgo_02.xml
sed -i -e 's/smartgo_01/smartgo_02/g' -e '/<uuid>/d' -e '/<mac address/d' /root/smartgo_02.xml
virsh define --validate /root/smartgo_02.xml
virsh snapshot-create-as smartgo_02 clean
/root/accident
virsh snapshot-revert smartgo_02 clean
