# expect: own-program
# host: shared
# A #GP, but by an address that no x86 CPU accepts: mov rax,0x8000000000000000; mov eax,[rax].
set -eu
cd /root/ring
echo '{"add": "ok", "cpuid": "ok", "hlt": "SIGSEGV", "cli": "SIGSEGV", "in": "SIGSEGV", "rdmsr": "SIGSEGV", "mov-cr3": "SIGSEGV", "ud2": "SIGILL"}' >result.json
printf '#!/bin/sh\npython3 /root/ring/run.py 48b800000000000000808b00\n' >mine
chmod +x mine
