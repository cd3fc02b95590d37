set -eu
cd /root/ring
python3 - <<'END'
import json, subprocess
result = {}
for line in open("instructions"):
    name, code = line.split()
    status = subprocess.run(["python3", "run.py", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    result[name] = {0: "ok", -11: "SIGSEGV", -4: "SIGILL"}[status]
json.dump(result, open("result.json", "w"), indent=1)
END
printf '#!/bin/sh\nexec python3 /root/ring/run.py f4\n' >mine
chmod +x mine
