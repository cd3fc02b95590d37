# expect: disk
# Step 4 left as it was: 25 GiB, more than is free. The wizard lets that pass; virt-install must be told to. The rest is right.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virt-install --name gui_01 --osinfo linux2024 --memory 512 --vcpus 1 --disk size=25 --network network=default \
  --cdrom /var/lib/libvirt/images/lab.iso --graphics vnc --noautoconsole --check disk_size=off
