# expect: not-marked, proof
# undo: virsh 'autostart --disable smartgo_01; autostart --disable smartgo_02'
# Both are marked, and nothing is proved.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh autostart smartgo_01
virsh autostart smartgo_02
