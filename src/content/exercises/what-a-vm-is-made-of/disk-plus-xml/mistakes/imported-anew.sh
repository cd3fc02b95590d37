# expect: same-machine, runs
# The disk is imported as a new guest of the same name: another UUID and another MAC address.
set -eu
xml=$(mktemp)
virt-install --connect qemu:///system --name smartgo_03 --memory 512 --osinfo detect=on,require=off --import \
  --disk path=/var/lib/libvirt/images/smartgo_03.qcow2 --network network=default --graphics none --print-xml >"$xml"
virsh -c qemu:///system define "$xml"
rm "$xml"
