# expect: permanent
# It works, until the next reload.
set -eu
# Over D-Bus, as firewall-cmd does it: each start of that large Python program takes seconds here.
firewalld() { busctl call org.fedoraproject.FirewallD1 /org/fedoraproject/FirewallD1 org.fedoraproject.FirewallD1.zone "$@"; }
systemctl start firewalld
# libvirt puts its bridge into its zone some time after firewalld has come up.
deadline=$((SECONDS + 120))
until [ "$(firewalld getZoneOfInterface s virbr0)" = 's "libvirt"' ]; do
  [ "$SECONDS" -lt "$deadline" ] || { echo "virbr0 did not come into the zone libvirt within 120 s" >&2; exit 1; }
  sleep 1
done
firewalld changeZoneOfInterface ss external lab0
firewalld addPort sssi external 5920-5950 tcp 0
echo '{"masquerade": true, "virbr0": "libvirt"}' >/root/zones.json
