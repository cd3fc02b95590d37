# expect: not-rebooted
# Hot-added, then rebooted inside: the QEMU process stays, the guest's kernel starts anew.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
answers() {
  virsh qemu-agent-command --timeout 2 smartgo_01 '{"execute":"guest-ping"}' >/dev/null 2>&1
}
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
virsh reboot smartgo_01 --mode agent
deadline=$((SECONDS + 150))
while answers; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "smartgo_01 was told to reboot and still answers after 150 s" >&2
    exit 1
  fi
  sleep 0.5
done
deadline=$((SECONDS + 420))
until answers; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "smartgo_01 did not come up again within 420 s" >&2
    exit 1
  fi
  # Until its agent comes, or ten seconds are over: asking costs time of the processor on which the guest boots.
  virsh event --domain smartgo_01 --event agent-lifecycle --timeout 10 >/dev/null 2>&1 || true
done
