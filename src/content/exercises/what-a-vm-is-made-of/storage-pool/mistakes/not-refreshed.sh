# expect: pool, volumes
# undo: virsh 'detach-disk smartgo_01 vdb --persistent; pool-destroy lab; pool-undefine lab'; rm -r /srv/lab
# qemu-img made a file of which libvirt does not know, and the pool does not start with the host.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh 'pool-define-as lab dir --target /srv/lab; pool-build lab; pool-start lab; vol-create-as lab d1.qcow2 1G --format qcow2'
qemu-img create -q -f qcow2 /srv/lab/d2.qcow2 1G
virsh attach-disk smartgo_01 /srv/lab/d1.qcow2 vdb --subdriver qcow2 --persistent
