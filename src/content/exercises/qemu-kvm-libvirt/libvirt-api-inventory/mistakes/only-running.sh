# expect: all-guests
# host: shared
# listDomainsID knows the guests that run, and no others.
set -eu
cat > /root/api/inventory.py <<'END'
import json
import libvirt

connection = libvirt.openReadOnly("qemu:///system")
guests = []
for number in connection.listDomainsID():
    domain = connection.lookupByID(number)
    guests.append({
        "name": domain.name(), "state": "running", "vcpus": domain.info()[3], "max_vcpus": domain.maxVcpus(),
        "max_memory_mib": domain.maxMemory() // 1024, "autostart": bool(domain.autostart()),
    })
print(json.dumps(guests))
END
