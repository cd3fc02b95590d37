set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
xml=$(mktemp)
device="<memory model='virtio-mem'><target><size unit='MiB'>512</size><node>0</node><block unit='MiB'>2</block><requested unit='MiB'>0</requested></target></memory>"
virsh dumpxml --inactive smartgo_04 | sed \
  -e "s|^  <memory .*|  <maxMemory slots='4' unit='MiB'>2048</maxMemory>\n&|" \
  -e "s|<cpu \(.*\)/>|<cpu \1><numa><cell id='0' cpus='0-3' memory='512' unit='MiB'/></numa></cpu>|" \
  -e "s|</devices>|$device</devices>|" >"$xml"
virsh define --validate "$xml"
rm "$xml"
virsh start smartgo_04

# What the guest has taken, in KiB.
current() { virsh dumpxml smartgo_04 --xpath '//devices/memory/target/current/text()'; }
# wait_until LEAST MOST SECONDS
wait_until() {
  local deadline=$((SECONDS + $3)) now
  until now=$(current) && [ "$now" -ge "$1" ] && [ "$now" -le "$2" ]; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "smartgo_04 has $now KiB of the device after $3 s, and not $1 to $2" >&2
      exit 1
    fi
    sleep 1
  done
}
# The request waits for the driver, which the guest loads at the end of its boot.
virsh update-memory-device smartgo_04 --requested-size 256M --live
wait_until 262144 262144 240
virsh update-memory-device smartgo_04 --requested-size 0 --live
wait_until 0 32768 120
