# expect: shut-down
# It is off, but nobody asked it.
set -eu
virsh suspend smartgo_01
virsh destroy smartgo_02
virsh start smartgo_03
