set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh setmem smartgo_01 1024M --live
# The balloon goes down page by page; on a busy machine that takes a while.
deadline=$((SECONDS + 120))
until virsh qemu-monitor-command smartgo_01 --hmp info balloon | grep -q 'actual=102[2-4]'; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "the balloon of smartgo_01 did not reach 1024 MiB within 120 s" >&2
    exit 1
  fi
  sleep 1
done
