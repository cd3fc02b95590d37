# expect: recovered report
# undo: rm /root/report.json
# Nothing was done about the guest, and 1 MiB is not 1 KiB.
set -eu
echo '{"requested_kib": 1, "target_mib": 1024}' > /root/report.json
