# expect: not-marked, proof
# Both are marked, and nothing is proved.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh autostart smartgo_01
virsh autostart smartgo_02
