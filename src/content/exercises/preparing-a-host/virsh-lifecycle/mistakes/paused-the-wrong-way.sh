# expect: paused, shut-down
# A new run that never began, and one that still runs.
set -eu
virsh destroy smartgo_01
virsh start --paused smartgo_01
virsh start smartgo_03
