set -eu
cat > /root/api/inventory.py <<'END'
import json
import libvirt

STATES = {libvirt.VIR_DOMAIN_RUNNING: "running", libvirt.VIR_DOMAIN_PAUSED: "paused", libvirt.VIR_DOMAIN_SHUTOFF: "shut off"}
guests = []
for domain in libvirt.openReadOnly("qemu:///system").listAllDomains():
    state, memory, _, vcpus, _ = domain.info()
    guests.append({
        "name": domain.name(),
        "state": STATES.get(state, "other"),
        "vcpus": vcpus,
        "max_vcpus": domain.vcpusFlags(libvirt.VIR_DOMAIN_VCPU_MAXIMUM),
        "max_memory_mib": memory // 1024,
        "autostart": bool(domain.autostart()),
    })
print(json.dumps(guests))
END
