set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
mkdir -p /guests_images
virt-install --name windows2k8 --osinfo win2k8r2 --memory 1024 --vcpus 1 \
  --disk path=/guests_images/windows2k8.img,size=50,format=qcow2 --check disk_size=off --network network=default \
  --graphics vnc,listen=127.0.0.1,port=5940 --cdrom /var/lib/libvirt/images/windows.iso --noautoconsole
