set -eu
cd /root/sys
calls() { strace -f -c -o /tmp/table "$@" && awk '$NF == "total" { print $4 }' /tmp/table; }
loop=$(($(calls ./add 100000) - $(calls ./add 10)))
calls ./copy >/dev/null
writes=$(awk '$NF == "write" { print $4 }' /tmp/table)
clock=$(($(calls ./clock 1010) - $(calls ./clock 10)))
rm /tmp/table
test "$clock" -eq 0
printf '{"add_loop_calls": %d, "copy_writes": %d, "more_kernel_time": "copy", "clock_enters_kernel": false}\n' "$loop" "$writes" >answers.json
