# expect: live-vcpus, guest-online
# undo: virsh setvcpus smartgo_01 1 --config
# The stored definition is changed; the running guest is not.
set -eu
virsh -c qemu:///system setvcpus smartgo_01 4 --config
