# expect: balloon-target, guest-memory
# undo: virsh setmem smartgo_01 512M --live
# A quarter of a GiB more, counted as half.
set -eu
virsh -c qemu:///system setmem smartgo_01 768M --live
