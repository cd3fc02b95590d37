# expect: no-hypervisor
# host: shared
# The third type of the older notes: containers.
set -eu
cat > /root/sorter/cards.json <<'X'
{
  "cards": {
    "xen-pv":             { "place": "type-1", "technique": "paravirtualization" },
    "xen-hvm":            { "place": "type-1", "technique": "hardware" },
    "esxi":               { "place": "type-1", "technique": "hardware" },
    "hyper-v":            { "place": "type-1", "technique": "hardware" },
    "kvm":                { "place": "type-1", "technique": "hardware" },
    "virtualbox":         { "place": "type-2", "technique": "hardware" },
    "vmware-workstation": { "place": "type-2", "technique": "hardware" },
    "qemu-tcg":           { "place": "type-2", "technique": "emulation" },
    "bhyve":              { "place": "type-2", "technique": "hardware" },
    "lxc":                { "place": "type-3", "technique": "none" },
    "docker":             { "place": "type-3", "technique": "none" },
    "wine":               { "place": "none", "technique": "none" }
  },
  "kvm_because": "a"
}
X
