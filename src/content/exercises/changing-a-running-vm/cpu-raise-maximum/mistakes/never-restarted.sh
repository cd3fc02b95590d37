# expect: running guest-online
# A reset, like a reboot inside the guest, keeps the QEMU process and its four sockets.
set -eu
virsh -c qemu:///system 'setvcpus smartgo_01 6 --maximum --config; setvcpus smartgo_01 6 --config; reset smartgo_01'
deadline=$((SECONDS + 150))
until virsh -c qemu:///system vcpucount smartgo_01 --guest >/dev/null 2>&1; do
  if [ "$SECONDS" -ge "$deadline" ]; then echo 'smartgo_01 did not come up' >&2; exit 1; fi
  sleep 1
done
