# expect: wakes, boot
# undo: kill $(cat /run/libvirtd.pid); rm /root/idle.json
# A daemon that belongs to nobody.
set -eu
/usr/sbin/libvirtd --daemon
echo '{"unit": "libvirtd.socket", "seconds": 120}' >/root/idle.json
