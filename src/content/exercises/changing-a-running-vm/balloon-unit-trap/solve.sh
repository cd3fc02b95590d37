set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh setmem smartgo_01 512M --live
virsh reset smartgo_01
echo '{"requested_kib": 1024, "target_mib": 1024}' > /root/report.json
deadline=$((SECONDS + 170))
until virsh qemu-agent-command --timeout 2 smartgo_01 '{"execute":"guest-ping"}' >/dev/null 2>&1 && virsh domstats smartgo_01 --balloon | grep -q 'balloon.current=524288$'; do
  if [ "$SECONDS" -ge "$deadline" ]; then echo 'smartgo_01 did not come up with 512 MiB' >&2; exit 1; fi
  # Until something happens to it, its agent or its balloon, or ten seconds are over: asking costs time of the processor on which the guest boots.
  virsh event --domain smartgo_01 --all --timeout 10 >/dev/null 2>&1 || true
done
