# expect: result-table, own-program
# host: shared
# Takes every signal for the same.
set -eu
cd /root/ring
echo '{"add": "ok", "cpuid": "ok", "hlt": "SIGSEGV", "cli": "SIGSEGV", "in": "SIGSEGV", "rdmsr": "SIGSEGV", "mov-cr3": "SIGSEGV", "ud2": "SIGSEGV"}' >result.json
printf '#!/bin/sh\npython3 /root/ring/run.py 0f0b\n' >mine
chmod +x mine
