set -eu
systemctl unmask libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket
systemctl enable --now libvirtd.socket
systemctl enable libvirtd.service
echo '{"unit": "libvirtd.socket", "seconds": 120}' >/root/idle.json
