set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
mkdir -p /srv/answers
cd /srv/answers
cat >ks.cfg <<KS
lang en_US.UTF-8
keyboard us
timezone Etc/UTC
network --bootproto=dhcp --hostname=smartgo-ks
rootpw --lock
clearpart --all --initlabel
autopart --type=plain
reboot
%post
echo $(cat /root/ticket) > /etc/ticket
%end
KS
python3 -m http.server --bind 192.168.122.1 8000 >/dev/null 2>&1 &
virt-install --name smartgo_ks --osinfo linux2024 --memory 512 --disk size=1 --network network=default --graphics none \
  --location /var/lib/libvirt/images/lab.iso --extra-args "console=ttyS0 quiet inst.ks=http://192.168.122.1:8000/ks.cfg" --noautoconsole --wait 8
until virsh qemu-agent-command --timeout 2 smartgo_ks '{"execute":"guest-ping"}' >/dev/null 2>&1; do
  if [ "$SECONDS" -ge 570 ]; then
    echo "smartgo_ks did not come up within 570 s of the beginning" >&2
    exit 1
  fi
  # Until its agent comes, or ten seconds are over: asking costs time of the processor on which the guest boots.
  virsh event --domain smartgo_ks --event agent-lifecycle --timeout 10 >/dev/null 2>&1 || true
done
