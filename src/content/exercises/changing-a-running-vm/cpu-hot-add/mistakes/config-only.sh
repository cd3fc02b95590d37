# expect: live-vcpus, guest-online
# The stored definition is changed; the running guest is not.
set -eu
virsh -c qemu:///system setvcpus smartgo_01 4 --config
