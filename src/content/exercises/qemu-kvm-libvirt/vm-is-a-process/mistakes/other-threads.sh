# expect: vcpu-threads
# host: shared
# The first two threads of the list, in the belief that the main thread is vCPU 0.
set -eu
pid=$(cat /run/libvirt/qemu/smartgo_01.pid)
tids=$(ps -T -p "$pid" -o tid= | head -n 2 | tr '\n' ' ')
set -- $tids
fd=$(find "/proc/$pid/fd" -lname 'anon_inode:kvm-vm' -printf '%f\n' | tail -n 1)
rss=$(awk '$1 == "VmRSS:" { print int($2 / 1024) }' "/proc/$pid/status")
printf '{"pid": %s, "vcpu_tids": [%s, %s], "vm_fd": %s, "rss_mib": %s}\n' "$pid" "$1" "$2" "$fd" "$rss" > /root/vm/vm.json
