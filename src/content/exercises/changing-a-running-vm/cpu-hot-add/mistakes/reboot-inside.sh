# expect: not-rebooted
# Hot-added, then rebooted inside: the QEMU process stays, the guest's kernel starts anew.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
answers() {
  virsh qemu-agent-command --timeout 2 smartgo_01 '{"execute":"guest-ping"}' >/dev/null 2>&1
}
virsh setvcpus smartgo_01 4 --live
virsh reboot smartgo_01 --mode agent
for _ in $(seq 60); do
  answers || break
  sleep 0.5
done
for _ in $(seq 90); do
  if answers; then exit 0; fi
  sleep 1
done
echo "smartgo_01 did not come up again" >&2
exit 1
