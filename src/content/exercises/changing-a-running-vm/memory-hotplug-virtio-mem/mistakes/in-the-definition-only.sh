# expect: grown taken-back
# All is prepared, and 256 MiB are requested: of a guest that is off.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
xml=$(mktemp)
device="<memory model='virtio-mem'><target><size unit='MiB'>512</size><node>0</node><block unit='MiB'>2</block><requested unit='MiB'>0</requested></target></memory>"
virsh dumpxml --inactive smartgo_04 | sed \
  -e "s|^  <memory .*|  <maxMemory slots='4' unit='MiB'>2048</maxMemory>\n&|" \
  -e "s|<cpu \(.*\)/>|<cpu \1><numa><cell id='0' cpus='0-3' memory='512' unit='MiB'/></numa></cpu>|" \
  -e "s|</devices>|$device</devices>|" >"$xml"
virsh define "$xml"
rm "$xml"
virsh update-memory-device smartgo_04 --requested-size 256M --config
