# expect: by-name
# undo: cd /root/qemu; mv hello-arm64.bin hello-arm64; rm arm.json
# A shell script took the program's place: the name now starts something else.
set -eu
cd /root/qemu
printf '{"output": "%s", "machine": 183}\n' "$(qemu-aarch64 ./hello-arm64)" > arm.json
mv hello-arm64 hello-arm64.bin
printf '#!/bin/sh\nexec qemu-aarch64 /root/qemu/hello-arm64.bin\n' > hello-arm64
chmod 755 hello-arm64
