# expect: own-program
# host: shared
# A SIGSEGV of another kind: a wrong address.
set -eu
cd /root/ring
echo '{"add": "ok", "cpuid": "ok", "hlt": "SIGSEGV", "cli": "SIGSEGV", "in": "SIGSEGV", "rdmsr": "SIGSEGV", "mov-cr3": "SIGSEGV", "ud2": "SIGILL"}' >result.json
# mov eax,[0]
printf '#!/bin/sh\npython3 /root/ring/run.py 8b042500000000\n' >mine
chmod +x mine
