# expect: proof
# undo: virsh autostart --disable smartgo_01
# Restarting the daemon is no boot: it finds the note that it has started its guests.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh autostart smartgo_01
systemctl restart libvirtd
virsh list --all
