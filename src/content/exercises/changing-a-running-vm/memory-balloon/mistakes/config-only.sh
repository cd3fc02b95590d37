# expect: balloon-target, guest-memory
# Only the stored XML is changed, as `virsh edit` would.
set -eu
virt-xml --connect qemu:///system smartgo_01 --edit --memory currentMemory=1048576
