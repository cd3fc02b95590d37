# expect: balloon-target, guest-memory
# 1024 without a unit is KiB: the balloon squeezes the guest, until its agent no longer answers.
set -eu
virsh -c qemu:///system setmem smartgo_01 1024 --live
sleep 5
