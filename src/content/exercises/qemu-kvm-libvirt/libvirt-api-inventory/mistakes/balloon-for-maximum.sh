# expect: numbers
# host: shared
# What the guest has now was given for what it may have: the running guest's balloon holds half of it.
set -eu
cat > /root/api/inventory.py <<'END'
import json
import libvirt

guests = []
for domain in libvirt.openReadOnly("qemu:///system").listAllDomains():
    state, _, memory, vcpus, _ = domain.info()
    guests.append({
        "name": domain.name(), "state": "running" if state == 1 else "shut off", "vcpus": vcpus, "max_vcpus": domain.vcpusFlags(libvirt.VIR_DOMAIN_VCPU_MAXIMUM),
        "max_memory_mib": memory // 1024, "autostart": bool(domain.autostart()),
    })
print(json.dumps(guests))
END
