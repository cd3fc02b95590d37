# expect: guest-online
# QEMU has four, and the guest uses one.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh setvcpus smartgo_01 4 --live
deadline=$((SECONDS + 120))
until virsh setvcpus smartgo_01 1 --guest; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "smartgo_01 would not switch its CPUs off within 120 s" >&2
    exit 1
  fi
  sleep 1
done
