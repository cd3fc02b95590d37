# expect: readiness, exam-network, fixed-lease, pool, volume, guest-a, unattended, guest-b, b-runs, twin, side-by-side, autostart, hot-cpus, balloon, edited, questions
# B is defined without its UUID and MAC address: it has its disk and is another machine.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
systemctl --no-reload unmask libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket
systemctl enable libvirtd.service
systemctl start libvirtd.socket
virsh net-start default
virsh net-autostart default
sed -e '/<uuid>/d' -e '/<mac address/d' /root/exam/backup/smartgo_b.xml >/root/new.xml
virsh define /root/new.xml
