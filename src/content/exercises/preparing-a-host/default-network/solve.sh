set -eu
virsh net-start default
virsh net-autostart default
virsh start smartgo_01
deadline=$((SECONDS + 240))
until virsh net-dhcp-leases default --mac 52:54:00:6b:3c:01 | grep -q ipv4; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "smartgo_01 asked for no address within 240 s" >&2
    exit 1
  fi
  sleep 3
done
virsh net-dhcp-leases default --mac 52:54:00:6b:3c:01 | grep -Eo '192\.168\.122\.[0-9]+' >/root/address.txt
