# expect: prepared, grown, seen
# undo: virsh 'setmem smartgo_04 512M --config; setmaxmem smartgo_04 512M --config'
# The balloon is taken for hotplug: the guest gets a larger maximum, for a part of it to be given back while it runs.
set -eu
virsh -c qemu:///system 'setmaxmem smartgo_04 1G --config; setmem smartgo_04 512M --config'
