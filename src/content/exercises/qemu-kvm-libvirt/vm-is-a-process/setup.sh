set -eu
# A second vCPU, so that there are two threads to tell apart; and a folder for the answers.
mkdir -p /root/vm
virsh -c qemu:///system setvcpus smartgo_01 2 --live
