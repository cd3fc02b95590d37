# expect: sorted
# host: shared
# CLI changes the same flag as POPF, and is put beside it.
set -eu
cat > /root/ring/sort.json <<'X'
{
  "if_before": 1,
  "if_after": 1,
  "classes": {
    "hlt": "privileged",
    "cli": "sensitive",
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
