# expect: definition running guest-online
# undo: true
# The running guest has no more sockets, and virsh says so.
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh setvcpus smartgo_01 6 --live && exit 1
exit 0
