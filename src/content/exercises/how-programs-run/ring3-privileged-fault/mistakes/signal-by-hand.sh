# expect: own-program
# host: shared
# The shell kills itself.
set -eu
cd /root/ring
echo '{"add": "ok", "cpuid": "ok", "hlt": "SIGSEGV", "cli": "SIGSEGV", "in": "SIGSEGV", "rdmsr": "SIGSEGV", "mov-cr3": "SIGSEGV", "ud2": "SIGILL"}' >result.json
printf '#!/bin/sh\nkill -SEGV $$\n' >mine
chmod +x mine
