set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh define /root/backup/smartgo_03.xml
virsh start smartgo_03
end=$((SECONDS + 420))
until virsh qemu-agent-command --timeout 2 smartgo_03 '{"execute":"guest-ping"}' >/dev/null 2>&1; do
  [ $SECONDS -lt $end ] || { echo "smartgo_03 did not come up" >&2; exit 1; }
  # Until its agent comes, or ten seconds are over: asking costs time of the processor on which the guest boots.
  virsh event --domain smartgo_03 --event agent-lifecycle --timeout 10 >/dev/null 2>&1 || true
done
