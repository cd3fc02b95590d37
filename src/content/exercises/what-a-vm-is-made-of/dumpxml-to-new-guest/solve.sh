set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
virsh dumpxml --inactive --security-info smartgo_01 >/root/new_smartgo_01
cp $images/smartgo_01.qcow2 $images/smartgo_02.qcow2
sed -e 's/smartgo_01/smartgo_02/g' -e '/<uuid>/d' -e '/<mac address/d' /root/new_smartgo_01 >/root/new_smartgo_02
virsh define --validate /root/new_smartgo_02
virsh start smartgo_01
virsh start smartgo_02
end=$((SECONDS + 420))
for guest in smartgo_01 smartgo_02; do
  until virsh qemu-agent-command --timeout 2 $guest '{"execute":"guest-ping"}' >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "$guest did not come up" >&2; exit 1; }
    # Until its agent comes, or ten seconds are over: asking costs time of the processor on which the guest boots.
    virsh event --domain $guest --event agent-lifecycle --timeout 10 >/dev/null 2>&1 || true
  done
done
until [ "$(virsh net-dhcp-leases default | grep -c ipv4)" -ge 2 ]; do
  [ $SECONDS -lt $end ] || { echo "two leases did not come" >&2; exit 1; }
  sleep 1
done
