# expect: recovered definition-whole report
# Redefined with 512 MiB at most: the room for growth is gone.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh destroy smartgo_01
virsh 'setmem smartgo_01 512M --config; setmaxmem smartgo_01 512M --config'
