# expect: installed, fetched, ticket
# The server listens on 127.0.0.1 alone: curl on the host is happy, and the guest is refused.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
mkdir -p /srv/answers
cd /srv/answers
printf 'network --bootproto=dhcp --hostname=smartgo-ks\nrootpw --lock\nreboot\n%%post\necho %s > /etc/ticket\n%%end\n' "$(cat /root/ticket)" >ks.cfg
python3 -m http.server --bind 127.0.0.1 8000 >/dev/null 2>&1 &
virt-install --name smartgo_ks --osinfo linux2024 --memory 512 --disk size=1 --network network=default --graphics none \
  --location /var/lib/libvirt/images/lab.iso --extra-args "console=ttyS0 inst.ks=http://192.168.122.1:8000/ks.cfg" --noautoconsole
