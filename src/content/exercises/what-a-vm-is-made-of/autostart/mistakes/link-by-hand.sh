# expect: marked, proof
# undo: rm /etc/libvirt/qemu/autostart/smartgo_01.xml
# The link is right; the daemon has not made it and does not know.
set -eu
mkdir -p /etc/libvirt/qemu/autostart
ln -s /etc/libvirt/qemu/smartgo_01.xml /etc/libvirt/qemu/autostart/smartgo_01.xml
virsh -c qemu:///system dominfo smartgo_01
