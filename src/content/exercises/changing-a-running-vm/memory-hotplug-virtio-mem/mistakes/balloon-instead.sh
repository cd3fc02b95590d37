# expect: room grown taken-back
# A larger maximum for the balloon: it moves memory that the guest was started with, and brings no new one.
set -eu
virsh -c qemu:///system setmaxmem smartgo_04 1G --config
