# expect: copy-writes
# host: shared
# strace without -f sees the first process only.
set -eu
cd /root/sys
strace -c -o /tmp/table ./copy
writes=$(awk '$NF == "write" { print $4 }' /tmp/table)
rm /tmp/table
printf '{"add_loop_calls": 0, "copy_writes": %d, "more_kernel_time": "copy", "clock_enters_kernel": false}\n' "$writes" >answers.json
