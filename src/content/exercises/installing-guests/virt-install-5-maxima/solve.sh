set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virt-install --name centos7 --osinfo centos7.0 --memory 512,maxmemory=1024 --vcpus 1,maxvcpus=4 \
  --import --disk /var/lib/libvirt/images/centos7u2.img --network network=default \
  --graphics vnc,listen=127.0.0.1,port=5950 --autostart --noautoconsole
