set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh autostart smartgo_01
systemctl stop libvirtd
rm /run/libvirt/qemu/autostarted
systemctl start libvirtd
end=$((SECONDS + 420))
until [ "$(virsh domstate smartgo_01)" = running ]; do
  [ $SECONDS -lt $end ] || { echo "libvirt did not start smartgo_01" >&2; exit 1; }
  sleep 1
done
