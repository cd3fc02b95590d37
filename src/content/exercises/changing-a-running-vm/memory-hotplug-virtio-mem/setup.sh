set -eu
images=/var/lib/libvirt/images
qemu-img create -q -f qcow2 -b $images/debian-13-small.qcow2 -F qcow2 $images/smartgo_04.qcow2
sed -e 's/@NAME@/smartgo_04/g; s/@NUMBER@/04/g' -e "s|<memory .*</memory>|<memory unit='MiB'>512</memory>|" \
  -e "s|<vcpu .*</vcpu>|<vcpu placement='static'>1</vcpu>|" /usr/lib/lab/smartgo.xml >/run/smartgo_04.xml
virsh -q -c qemu:///system define /run/smartgo_04.xml >/dev/null
rm /run/smartgo_04.xml
