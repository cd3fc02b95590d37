# expect: not-marked, proof
# libvirt-guests would start again whatever ran, smartgo_02 as well.
set -eu
virsh -c qemu:///system autostart smartgo_01
echo ON_BOOT=start >>/etc/default/libvirt-guests
