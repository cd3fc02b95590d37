# expect: paused, shut-down
# The memory goes into a file and the process ends; and a guest that is paused hears no request.
set -eu
virsh managedsave smartgo_01
virsh suspend smartgo_02
virsh start smartgo_03
