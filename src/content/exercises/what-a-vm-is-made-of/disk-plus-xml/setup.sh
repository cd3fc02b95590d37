set -eu
images=/var/lib/libvirt/images
qemu-img create -q -f qcow2 -b $images/debian-13-small.qcow2 -F qcow2 $images/smartgo_03.qcow2
# The disk identifier in the master boot record: four bytes that belong to this disk alone.
set -- $(od -An -N4 -tx1 /dev/urandom)
qemu-io -f qcow2 -c "write -P 0x$1 440 1" -c "write -P 0x$2 441 1" -c "write -P 0x$3 442 1" -c "write -P 0x$4 443 1" $images/smartgo_03.qcow2 >/dev/null
mkdir -p /root/backup
sed -e 's/@NAME@/smartgo_03/g; s/@NUMBER@/03/g' -e "s|<uuid>.*</uuid>|<uuid>$(cat /proc/sys/kernel/random/uuid)</uuid>|" /usr/lib/lab/smartgo.xml >/root/backup/smartgo_03.xml
chmod 600 /root/backup/smartgo_03.xml
