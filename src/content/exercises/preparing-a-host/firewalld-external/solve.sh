set -eu
systemctl start firewalld
firewall-cmd --zone=external --change-interface=lab0
firewall-cmd --zone=external --add-port=5920-5950/tcp
firewall-cmd --runtime-to-permanent
echo '{"masquerade": true, "virbr0": "libvirt"}' >/root/zones.json
