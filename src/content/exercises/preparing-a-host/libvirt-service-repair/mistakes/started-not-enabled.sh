# expect: boot, answer
# Gone after a boot; and it is not the service that listens.
set -eu
systemctl unmask libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket
systemctl start libvirtd.socket
echo '{"unit": "libvirtd.service", "seconds": 120}' >/root/idle.json
