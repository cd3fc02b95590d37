# expect: not-marked, proof
# undo: virsh autostart --disable smartgo_01; sed -i /ON_BOOT=start/d /etc/default/libvirt-guests
# libvirt-guests would start again whatever ran, smartgo_02 as well.
set -eu
virsh -c qemu:///system autostart smartgo_01
echo ON_BOOT=start >>/etc/default/libvirt-guests
