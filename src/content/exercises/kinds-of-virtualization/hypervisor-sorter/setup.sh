set -eu
mkdir -p /root/sorter
cat > /root/sorter/cards.json <<'X'
{
  "cards": {
    "xen-pv":             { "place": "", "technique": "" },
    "xen-hvm":            { "place": "", "technique": "" },
    "esxi":               { "place": "", "technique": "" },
    "hyper-v":            { "place": "", "technique": "" },
    "kvm":                { "place": "", "technique": "" },
    "virtualbox":         { "place": "", "technique": "" },
    "vmware-workstation": { "place": "", "technique": "" },
    "qemu-tcg":           { "place": "", "technique": "" },
    "bhyve":              { "place": "", "technique": "" },
    "lxc":                { "place": "", "technique": "" },
    "docker":             { "place": "", "technique": "" },
    "wine":               { "place": "", "technique": "" }
  },
  "kvm_because": ""
}
X
