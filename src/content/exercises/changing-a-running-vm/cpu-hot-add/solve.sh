set -eu
virsh -c qemu:///system setvcpus smartgo_01 4 --live
