set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virt-install --name smartgo2 --memory 512 --vcpus 1 --osinfo linux2024 \
  --disk path=/var/lib/libvirt/images/smartgo2.img,size=8,format=qcow2 --network network=default \
  --graphics vnc,listen=127.0.0.1,port=5930 --cdrom /var/lib/libvirt/images/lab.iso --noautoconsole
virsh domdisplay smartgo2 >/root/display.txt
