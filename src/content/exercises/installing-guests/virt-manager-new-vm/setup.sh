# The lesson begins before the first guest: virt-manager's list is empty, and the memory is free for the guest that the learner makes.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh -q destroy smartgo_01
virsh -q undefine smartgo_01
rm /var/lib/libvirt/images/smartgo_01.qcow2
# virt-manager has defined it on its first look, as virt-install does.
virsh -q pool-destroy default
virsh -q pool-undefine default
