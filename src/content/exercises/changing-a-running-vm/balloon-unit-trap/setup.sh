# The colleague's command. It returns at once; the guest loses its memory in the next seconds.
set -eu
virsh -q -c qemu:///system setmem smartgo_01 1024 --live
