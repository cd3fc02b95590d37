# expect: wakes, boot
# A daemon that belongs to nobody.
set -eu
/usr/sbin/libvirtd --daemon
echo '{"unit": "libvirtd.socket", "seconds": 120}' >/root/idle.json
