# All four sockets are taken, now and at the next start: only a larger maximum helps.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh -q 'setvcpus smartgo_01 4 --live; setvcpus smartgo_01 4 --config'
