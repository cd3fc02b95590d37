# expect: add-loop, copy-writes
# host: shared
# Takes the last line of the table for the answer.
set -eu
cd /root/sys
total() { strace -f -c -o /tmp/table "$@" && awk '$NF == "total" { print $4 }' /tmp/table; }
add=$(total ./add 10)
copy=$(total ./copy)
rm /tmp/table
printf '{"add_loop_calls": %d, "copy_writes": %d, "more_kernel_time": "copy", "clock_enters_kernel": false}\n' "$add" "$copy" >answers.json
