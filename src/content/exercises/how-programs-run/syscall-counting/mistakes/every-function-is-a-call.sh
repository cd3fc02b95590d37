# expect: kernel-time, clock-calls
# host: shared
# Believes that asking for the time always means asking the kernel.
set -eu
cd /root/sys
strace -f -c -o /tmp/table ./copy
writes=$(awk '$NF == "write" { print $4 }' /tmp/table)
rm /tmp/table
printf '{"add_loop_calls": 0, "copy_writes": %d, "more_kernel_time": "clock", "clock_enters_kernel": true}\n' "$writes" >answers.json
