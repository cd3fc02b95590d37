# expect: persistent, runs
# undo: virsh destroy smartgo_03; rm /var/log/libvirt/qemu/smartgo_03.log
# A transient guest, which is gone when it stops. It is left paused: its boot shows nothing more.
set -eu
virsh -c qemu:///system create /root/backup/smartgo_03.xml --paused
