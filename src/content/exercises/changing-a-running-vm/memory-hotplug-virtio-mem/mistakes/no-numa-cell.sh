# expect: room grown taken-back
# Room, but no NUMA cell: libvirt does not take the device.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
xml=$(mktemp)
virsh dumpxml --inactive smartgo_04 | sed "s|^  <memory .*|  <maxMemory slots='4' unit='MiB'>2048</maxMemory>\n&|" >"$xml"
virsh define "$xml"
echo "<memory model='virtio-mem'><target><size unit='MiB'>512</size><node>0</node><block unit='MiB'>2</block><requested unit='MiB'>0</requested></target></memory>" >"$xml"
virsh attach-device smartgo_04 "$xml" --config && exit 1
rm "$xml"
