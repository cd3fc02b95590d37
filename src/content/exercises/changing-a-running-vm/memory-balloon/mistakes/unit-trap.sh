# expect: balloon-target, guest-memory, not-rebooted
# 1024 without a unit is KiB: the balloon squeezes the guest, until its agent no longer answers.
set -eu
virsh -c qemu:///system setmem smartgo_01 1024 --live
deadline=$((SECONDS + 120))
while virsh -c qemu:///system qemu-agent-command --timeout 5 smartgo_01 '{"execute":"guest-ping"}' >/dev/null 2>&1; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "smartgo_01 still answers after 120 s" >&2
    exit 1
  fi
  sleep 1
done
# What still runs is ended by the guest's kernel in the seconds after.
sleep 5
