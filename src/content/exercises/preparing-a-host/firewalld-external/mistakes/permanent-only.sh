# expect: runtime
# Stored, and nobody has read it.
set -eu
firewalld() { busctl call org.fedoraproject.FirewallD1 /org/fedoraproject/FirewallD1 org.fedoraproject.FirewallD1.zone "$@"; }
systemctl start firewalld
# libvirt puts its bridge into its zone some time after firewalld has come up.
deadline=$((SECONDS + 120))
until [ "$(firewalld getZoneOfInterface s virbr0)" = 's "libvirt"' ]; do
  [ "$SECONDS" -lt "$deadline" ] || { echo "virbr0 did not come into the zone libvirt within 120 s" >&2; exit 1; }
  sleep 1
done
# What firewall-cmd --permanent writes, without its seconds.
sed 's|</zone>|  <interface name="lab0"/>\n  <port port="5920-5950" protocol="tcp"/>\n&|' /usr/lib/firewalld/zones/external.xml >/etc/firewalld/zones/external.xml
echo '{"masquerade": true, "virbr0": "libvirt"}' >/root/zones.json
