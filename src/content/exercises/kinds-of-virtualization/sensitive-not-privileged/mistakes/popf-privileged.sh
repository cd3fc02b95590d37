# expect: sorted, why
# host: shared
# POPF is taken for a privileged instruction, and so for one that faults.
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
    "popf": "privileged",
    "smsw": "sensitive",
    "sgdt": "sensitive",
    "mov-from-cs": "sensitive",
    "add": "harmless",
    "nop": "harmless"
  },
  "why": "a"
}
X
