# expect: prepared, grown, seen
# The room is there, and nothing to put into it: maxMemory adds no memory.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh dumpxml --inactive smartgo_04 | sed "s|<memory unit|<maxMemory slots='4' unit='MiB'>2048</maxMemory>\n&|" | virsh define /dev/stdin
