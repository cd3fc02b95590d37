# A second guest, with 512 MiB and no room for more.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
/usr/lib/lab/define-guest 04
virsh -q setmaxmem smartgo_04 512M --config
