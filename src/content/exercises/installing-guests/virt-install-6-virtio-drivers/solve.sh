set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
mkdir -p /home/images2
virt-install --name windows2008 --osinfo win2k8r2 --memory 1024,maxmemory=1536 --vcpus 1,maxvcpus=4 \
  --cdrom /var/lib/libvirt/images/windows.iso --disk path=/usr/share/virtio-win/virtio-win_amd64.vfd,device=floppy \
  --disk path=/home/images2/windows2008.img,format=qcow2,size=40,bus=virtio --check disk_size=off \
  --network network=default,model=virtio --graphics vnc,listen=127.0.0.1,port=5951 --autostart --noautoconsole
