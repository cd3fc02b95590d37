# expect: technique
# host: shared
# Type 1 is taken to mean paravirtualization.
set -eu
cat > /root/sorter/cards.json <<'X'
{
  "cards": {
    "xen-pv":             { "place": "type-1", "technique": "paravirtualization" },
    "xen-hvm":            { "place": "type-1", "technique": "paravirtualization" },
    "esxi":               { "place": "type-1", "technique": "paravirtualization" },
    "hyper-v":            { "place": "type-1", "technique": "paravirtualization" },
    "kvm":                { "place": "type-1", "technique": "hardware" },
    "virtualbox":         { "place": "type-2", "technique": "hardware" },
    "vmware-workstation": { "place": "type-2", "technique": "hardware" },
    "qemu-tcg":           { "place": "type-2", "technique": "emulation" },
    "bhyve":              { "place": "type-2", "technique": "hardware" },
    "lxc":                { "place": "none", "technique": "none" },
    "docker":             { "place": "none", "technique": "none" },
    "wine":               { "place": "none", "technique": "none" }
  },
  "kvm_because": "a"
}
X
