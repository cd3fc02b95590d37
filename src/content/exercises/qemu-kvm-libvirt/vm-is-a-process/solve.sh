set -eu
pid=$(pgrep -x qemu-system-x86)
tid() { ps -T -p "$pid" -o tid=,comm= | awk -v name="CPU $1/KVM" '{ tid = $1; $1 = ""; if ($0 == " " name) print tid }'; }
for entry in /proc/"$pid"/fd/*; do
  if [ "$(readlink "$entry")" = anon_inode:kvm-vm ]; then fd=${entry##*/}; fi
done
rss=$(awk '$1 == "VmRSS:" { print int($2 / 1024) }' "/proc/$pid/status")
printf '{"pid": %s, "vcpu_tids": [%s, %s], "vm_fd": %s, "rss_mib": %s}\n' "$pid" "$(tid 0)" "$(tid 1)" "$fd" "$rss" > /root/vm/vm.json
