set -eu
virsh net-destroy default
virsh net-autostart default --disable
