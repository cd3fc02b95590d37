# expect: running guest-online
# undo: virsh 'setvcpus smartgo_01 4 --config; setvcpus smartgo_01 4 --maximum --config'
# A reset, like a reboot inside the guest, keeps the QEMU process and its four sockets.
set -eu
virsh -c qemu:///system 'setvcpus smartgo_01 6 --maximum --config; setvcpus smartgo_01 6 --config; reset smartgo_01'
deadline=$((SECONDS + 150))
until virsh -c qemu:///system vcpucount smartgo_01 --guest >/dev/null 2>&1; do
  if [ "$SECONDS" -ge "$deadline" ]; then echo 'smartgo_01 did not come up' >&2; exit 1; fi
  # Until its agent comes, or ten seconds are over: asking costs time of the processor on which the guest boots.
  virsh -c qemu:///system event --domain smartgo_01 --event agent-lifecycle --timeout 10 >/dev/null 2>&1 || true
done
