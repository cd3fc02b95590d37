# expect: output
# undo: rm /root/qemu/arm.json; echo -1 >/proc/sys/fs/binfmt_misc/aarch64
# The text was read out of the file instead of out of the running program.
set -eu
cd /root/qemu
output=$(strings -n 8 hello-arm64 | tr '\n' ' ')
printf '{"output": "%s", "machine": "AArch64"}\n' "$output" > arm.json
printf '%s' ':aarch64:M:18:\xb7\x00::/usr/bin/qemu-aarch64:' > /proc/sys/fs/binfmt_misc/register
