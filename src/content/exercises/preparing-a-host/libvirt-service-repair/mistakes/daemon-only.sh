# expect: wakes, boot
# It works, until the daemon leaves.
set -eu
systemctl start libvirtd.service
echo '{"unit": "libvirtd.socket", "seconds": 120}' >/root/idle.json
