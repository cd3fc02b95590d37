# expect: kvm-descriptor, memory
# host: shared
# The door instead of the machine behind it, and KiB instead of MiB.
set -eu
pid=$(cat /run/libvirt/qemu/smartgo_01.pid)
tid() { ps -T -p "$pid" -o tid=,comm= | awk -v name="CPU $1/KVM" '{ tid = $1; $1 = ""; if ($0 == " " name) print tid }'; }
fd=$(find "/proc/$pid/fd" -lname '/dev/kvm' -printf '%f\n' | tail -n 1)
rss=$(awk '$1 == "VmRSS:" { print $2 }' "/proc/$pid/status")
printf '{"pid": %s, "vcpu_tids": [%s, %s], "vm_fd": %s, "rss_mib": %s}\n' "$pid" "$(tid 0)" "$(tid 1)" "$fd" "$rss" > /root/vm/vm.json
