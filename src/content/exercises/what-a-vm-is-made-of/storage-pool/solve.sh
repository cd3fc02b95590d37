set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh pool-define-as lab dir --target /srv/lab
virsh pool-build lab
virsh pool-start lab
virsh pool-autostart lab
virsh vol-create-as lab d1.qcow2 1G --format qcow2
qemu-img create -q -f qcow2 /srv/lab/d2.qcow2 1G
virsh pool-refresh lab
virsh attach-disk smartgo_01 /srv/lab/d1.qcow2 vdb --subdriver qcow2 --persistent
