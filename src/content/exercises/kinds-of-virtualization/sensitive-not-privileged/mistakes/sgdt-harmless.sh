# expect: sorted
# host: shared
# SGDT only reads, and nothing happened.
set -eu
cat > /root/ring/sort.json <<'X'
{
  "if_before": 1,
  "if_after": 1,
  "classes": {
    "hlt": "privileged",
    "cli": "privileged",
    "mov-to-cr3": "privileged",
    "lgdt": "privileged",
    "popf": "sensitive",
    "smsw": "harmless",
    "sgdt": "harmless",
    "mov-from-cs": "sensitive",
    "add": "harmless",
    "nop": "harmless"
  },
  "why": "b"
}
X
