# expect: prepared, grown, seen
# The room is there, and nothing to put into it: maxMemory adds no memory.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virt-xml smartgo_04 --edit --memory maxMemory=2048,maxMemory.slots=4
