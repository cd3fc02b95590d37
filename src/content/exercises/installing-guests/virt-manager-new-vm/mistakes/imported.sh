# expect: installer
# “Import existing disk image” with a disk that was just made: there is no disc, and nothing to start from.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
disk=/var/lib/libvirt/images/gui_01.qcow2
qemu-img create -q -f qcow2 $disk 2G
virt-install --name gui_01 --osinfo linux2024 --memory 512 --vcpus 1 --disk path=$disk --network network=default \
  --import --graphics vnc --noautoconsole
