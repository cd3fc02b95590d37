# expect: observed
# host: shared
# What POPF was meant to do is written down, not what it did.
set -eu
cat > /root/ring/sort.json <<'X'
{
  "if_before": 1,
  "if_after": 0,
  "classes": {
    "hlt": "privileged",
    "cli": "privileged",
    "mov-to-cr3": "privileged",
    "lgdt": "privileged",
    "popf": "sensitive",
    "smsw": "sensitive",
    "sgdt": "sensitive",
    "mov-from-cs": "sensitive",
    "add": "harmless",
    "nop": "harmless"
  },
  "why": "b"
}
X
