# expect: balloon-target, guest-memory
# undo: virsh setmem smartgo_01 512M --config
# Only the stored XML is changed, as `virsh edit` does.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
xml=$(mktemp)
virsh dumpxml --inactive smartgo_01 | sed "s|<currentMemory.*|<currentMemory unit='MiB'>1024</currentMemory>|" >"$xml"
virsh define "$xml"
rm "$xml"
