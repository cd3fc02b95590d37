# expect: same-machine, runs
# undo: virsh undefine smartgo_03
# The disk is imported as a new guest of the same name: another UUID and another MAC address. What `virt-install --import` would leave, without its wait.
set -eu
sed -e '/<uuid>/d' -e '/<mac address/d' /root/backup/smartgo_03.xml | virsh -c qemu:///system define /dev/stdin
