export LANG=C.UTF-8
export LIBVIRT_DEFAULT_URI=qemu:///system
