#!/bin/sh
# mmdebstrap's customize hook for what a host with a desktop has beyond the others, after host/customize.sh: $1 is the new root.
set -eu
root=$1
here=$(dirname "$0")

cp -R "$here/files/." "$root/"
chroot "$root" glib-compile-schemas --strict /usr/share/glib-2.0/schemas
# One desktop, nothing that moves by itself.
sed -i 's|<number>4</number>|<number>1</number>|; s|<animateIconify>yes|<animateIconify>no|' "$root/etc/xdg/openbox/rc.xml"
chroot "$root" systemctl enable lab-desktop.service >/dev/null 2>&1
# What desktops bring along, and what is a machine's own business here.
for unit in lvm2-monitor.service cups.service avahi-daemon.service packagekit.service udisks2.service; do
  chroot "$root" systemctl disable "$unit" >/dev/null 2>&1 || true
done
