set -eu
virsh -c qemu:///system setmem smartgo_01 1024M --live
