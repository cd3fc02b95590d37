# expect: permanent
# It works, until the next reload.
set -eu
systemctl start firewalld
firewall-cmd --zone=external --change-interface=lab0
firewall-cmd --zone=external --add-port=5920-5950/tcp
echo '{"masquerade": true, "virbr0": "libvirt"}' >/root/zones.json
