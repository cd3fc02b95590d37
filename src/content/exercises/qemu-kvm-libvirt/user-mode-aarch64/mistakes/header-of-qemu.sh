# expect: machine, by-name
# host: shared
# The header of QEMU was read, an x86-64 program, and not that of the foreign one.
set -eu
cd /root/qemu
printf '{"output": "%s", "machine": 62}\n' "$(qemu-aarch64 ./hello-arm64)" > arm.json
