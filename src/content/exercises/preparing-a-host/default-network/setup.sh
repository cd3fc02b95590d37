set -eu
virsh 'net-destroy default; net-autostart default --disable'
