# expect: same-machine, runs
# The definition is right, and the disk is a new one under the old name.
set -eu
images=/var/lib/libvirt/images
qemu-img create -q -f qcow2 -b $images/debian-13-small.qcow2 -F qcow2 $images/smartgo_03.qcow2
virsh -c qemu:///system define /root/backup/smartgo_03.xml
