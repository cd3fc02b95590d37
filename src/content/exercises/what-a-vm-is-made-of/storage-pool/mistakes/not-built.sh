# expect: pool, volumes, attached, guest-disk
# undo: virsh pool-undefine lab
# Started before its directory exists.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh pool-define-as lab dir --target /srv/lab
virsh pool-start lab || true
virsh pool-autostart lab
