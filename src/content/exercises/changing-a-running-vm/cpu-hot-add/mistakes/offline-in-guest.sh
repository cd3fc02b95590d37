# expect: guest-online
# QEMU has four, and the guest uses one.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh setvcpus smartgo_01 4 --live
for _ in $(seq 30); do
  if virsh setvcpus smartgo_01 1 --guest; then exit 0; fi
  sleep 1
done
exit 1
