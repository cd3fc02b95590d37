# expect: runtime
# Stored, and nobody has read it.
set -eu
systemctl start firewalld
firewall-cmd --permanent --zone=external --add-interface=lab0
firewall-cmd --permanent --zone=external --add-port=5920-5950/tcp
echo '{"masquerade": true, "virbr0": "libvirt"}' >/root/zones.json
