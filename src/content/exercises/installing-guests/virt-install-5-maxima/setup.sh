set -eu
cd /var/lib/libvirt/images
qemu-img create -q -f qcow2 -b debian-13-small.qcow2 -F qcow2 centos7u2.img
