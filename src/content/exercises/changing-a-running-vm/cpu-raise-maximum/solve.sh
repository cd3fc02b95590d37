set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh 'setvcpus smartgo_01 6 --maximum --config; setvcpus smartgo_01 6 --config'
virsh shutdown smartgo_01
deadline=$((SECONDS + 90))
until [ "$(virsh domstate smartgo_01)" = 'shut off' ]; do
  if [ "$SECONDS" -ge "$deadline" ]; then echo 'smartgo_01 did not shut down' >&2; exit 1; fi
  sleep 1
done
virsh start smartgo_01
deadline=$((SECONDS + 150))
until virsh vcpucount smartgo_01 --guest >/dev/null 2>&1; do
  if [ "$SECONDS" -ge "$deadline" ]; then echo 'smartgo_01 did not come up' >&2; exit 1; fi
  # Until its agent comes, or ten seconds are over: asking costs time of the processor on which the guest boots.
  virsh event --domain smartgo_01 --event agent-lifecycle --timeout 10 >/dev/null 2>&1 || true
done
