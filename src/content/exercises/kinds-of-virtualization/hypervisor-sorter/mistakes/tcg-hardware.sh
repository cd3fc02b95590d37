# expect: technique
# host: shared
# QEMU without KVM is thought to use the processor's help.
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
    "qemu-tcg":           { "place": "type-2", "technique": "hardware" },
    "bhyve":              { "place": "type-2", "technique": "hardware" },
    "lxc":                { "place": "none", "technique": "none" },
    "docker":             { "place": "none", "technique": "none" },
    "wine":               { "place": "none", "technique": "none" }
  },
  "kvm_because": "a"
}
X
