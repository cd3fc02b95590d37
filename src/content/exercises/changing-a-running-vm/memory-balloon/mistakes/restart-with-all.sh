# expect: not-rebooted
# The whole memory, seen by libvirt, QEMU and the guest, but after switching it off and on.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh setmem smartgo_01 1024M --config
virsh destroy smartgo_01
virsh start smartgo_01
deadline=$((SECONDS + 420))
until virsh qemu-agent-command --timeout 2 smartgo_01 '{"execute":"guest-ping"}' >/dev/null 2>&1; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "smartgo_01 did not come up again within 420 s" >&2
    exit 1
  fi
  # Until its agent comes, or ten seconds are over: asking costs time of the processor on which the guest boots.
  virsh event --domain smartgo_01 --event agent-lifecycle --timeout 10 >/dev/null 2>&1 || true
done
