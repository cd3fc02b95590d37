# expect: definition running guest-online
# undo: virsh setvcpus smartgo_01 4 --maximum --config
# Room for six, and still four of them in use.
set -eu
virsh -c qemu:///system setvcpus smartgo_01 6 --maximum --config
