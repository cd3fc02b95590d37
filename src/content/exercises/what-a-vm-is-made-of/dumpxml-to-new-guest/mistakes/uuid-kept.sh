# expect: twin, side-by-side
# undo: rm /root/new_smartgo_01 /root/new_smartgo_02
# Only the name is changed: libvirt refuses a second guest with the same UUID.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh dumpxml --inactive --security-info smartgo_01 >/root/new_smartgo_01
sed 's/smartgo_01/smartgo_02/' /root/new_smartgo_01 >/root/new_smartgo_02
virsh define /root/new_smartgo_02 || true
