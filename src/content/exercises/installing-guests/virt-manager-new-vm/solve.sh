set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virt-install --name gui_01 --osinfo linux2024 --memory 512 --vcpus 1 --disk size=2 --network network=default \
  --cdrom /var/lib/libvirt/images/lab.iso --graphics vnc --noautoconsole
