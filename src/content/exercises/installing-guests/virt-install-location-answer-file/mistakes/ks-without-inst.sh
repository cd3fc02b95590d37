# expect: installed, fetched, ticket
# The word of the notes of 2018, ks= instead of inst.ks=: the installer does not know it, and asks.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
mkdir -p /srv/answers
cd /srv/answers
printf 'network --bootproto=dhcp --hostname=smartgo-ks\nrootpw --lock\nreboot\n%%post\necho %s > /etc/ticket\n%%end\n' "$(cat /root/ticket)" >ks.cfg
python3 -m http.server --bind 192.168.122.1 8000 >/dev/null 2>&1 &
virt-install --name smartgo_ks --osinfo linux2024 --memory 512 --disk size=1 --network network=default --graphics none \
  --location /var/lib/libvirt/images/lab.iso --extra-args "console=ttyS0 ks=http://192.168.122.1:8000/ks.cfg" --noautoconsole
