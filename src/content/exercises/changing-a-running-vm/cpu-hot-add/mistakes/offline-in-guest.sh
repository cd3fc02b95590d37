# expect: guest-online
# QEMU has four, and the guest uses one.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh setvcpus smartgo_01 4 --live
# The guest brings new CPUs online by itself, some time later.
deadline=$((SECONDS + 120))
until [ "$(virsh vcpucount smartgo_01 --guest)" = 4 ]; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "smartgo_01 did not use its new CPUs within 120 s" >&2
    exit 1
  fi
  sleep 0.5
done
deadline=$((SECONDS + 120))
until virsh setvcpus smartgo_01 1 --guest; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "smartgo_01 would not switch its CPUs off within 120 s" >&2
    exit 1
  fi
  sleep 1
done
