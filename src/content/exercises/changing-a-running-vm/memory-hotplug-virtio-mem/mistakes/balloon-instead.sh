# expect: prepared, grown, seen
# The balloon is taken for hotplug: the guest gets a larger maximum, and a part of it is given back while it runs.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh 'setmaxmem smartgo_04 1G --config; setmem smartgo_04 512M --config; start smartgo_04; setmem smartgo_04 768M --live'
