# expect: overlay, master, snapshot, back
# The guest uses the master itself, and the accident goes into it.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
virsh dumpxml --inactive smartgo_01 | sed -e 's|images/smartgo_01|images/debian-13-small|' -e 's/smartgo_01/smartgo_02/' -e '/<uuid>/d' -e '/<mac address/d' >/root/smartgo_02.xml
virsh define /root/smartgo_02.xml
/root/accident
