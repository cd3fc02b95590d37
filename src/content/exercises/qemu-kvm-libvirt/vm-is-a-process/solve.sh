set -eu
pid=$(pgrep -x qemu-system-x86)
tid() { ps -T -p "$pid" -o tid=,comm= | awk -v name="CPU $1/KVM" '{ tid = $1; $1 = ""; if ($0 == " " name) print tid }'; }
fd=$(find "/proc/$pid/fd" -lname 'anon_inode:kvm-vm' -printf '%f\n' | tail -n 1)
rss=$(awk '$1 == "VmRSS:" { print int($2 / 1024) }' "/proc/$pid/status")
printf '{"pid": %s, "vcpu_tids": [%s, %s], "vm_fd": %s, "rss_mib": %s}\n' "$pid" "$(tid 0)" "$(tid 1)" "$fd" "$rss" > /root/vm/vm.json
