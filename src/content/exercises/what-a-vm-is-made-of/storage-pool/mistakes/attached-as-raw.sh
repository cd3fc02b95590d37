# expect: attached, guest-disk
# undo: virsh 'detach-disk smartgo_01 vdb --live; pool-destroy lab; pool-undefine lab'; rm -r /srv/lab
# Without the format, the guest sees the file and not what is in it. And the definition knows nothing of it.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh 'pool-define-as lab dir --target /srv/lab; pool-build lab; pool-start lab; pool-autostart lab; vol-create-as lab d1.qcow2 1G --format qcow2'
qemu-img create -q -f qcow2 /srv/lab/d2.qcow2 1G
virsh 'pool-refresh lab; attach-disk smartgo_01 /srv/lab/d1.qcow2 vdb --live'
