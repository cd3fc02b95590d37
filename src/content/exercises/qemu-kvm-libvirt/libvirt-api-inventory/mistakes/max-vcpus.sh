# expect: all-guests, numbers, states
# host: shared
# maxVcpus() answers for running guests only: the program ends at the first one that is off.
set -eu
cat > /root/api/inventory.py <<'END'
import json
import libvirt

guests = []
for domain in libvirt.openReadOnly("qemu:///system").listAllDomains():
    guests.append({
        "name": domain.name(), "state": "running" if domain.isActive() else "shut off", "vcpus": domain.info()[3], "max_vcpus": domain.maxVcpus(),
        "max_memory_mib": domain.maxMemory() // 1024, "autostart": bool(domain.autostart()),
    })
print(json.dumps(guests))
END
