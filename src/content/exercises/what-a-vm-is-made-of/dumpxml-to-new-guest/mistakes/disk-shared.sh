# expect: twin, side-by-side
# undo: virsh undefine smartgo_02; rm /root/new_smartgo_01
# Two guests with one disk: only one of them can run. Neither is started here.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh dumpxml --inactive --security-info smartgo_01 >/root/new_smartgo_01
sed -e 's|<name>smartgo_01|<name>smartgo_02|' -e '/<uuid>/d' -e '/<mac address/d' /root/new_smartgo_01 | virsh define /dev/stdin
