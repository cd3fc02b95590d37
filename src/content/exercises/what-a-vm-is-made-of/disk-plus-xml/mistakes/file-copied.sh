# expect: same-machine, persistent, runs
# undo: rm /etc/libvirt/qemu/smartgo_03.xml
# The file is where libvirt keeps its definitions, but the running daemon does not read it.
set -eu
cp /root/backup/smartgo_03.xml /etc/libvirt/qemu/smartgo_03.xml
virsh -c qemu:///system list --all
