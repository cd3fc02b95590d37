# expect: wakes, boot
# undo: systemctl stop libvirtd.service libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket; rm /root/idle.json
# It works, until the daemon leaves.
set -eu
systemctl start libvirtd.service
echo '{"unit": "libvirtd.socket", "seconds": 120}' >/root/idle.json
