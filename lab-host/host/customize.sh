#!/bin/sh
# mmdebstrap's customize hook for the host: $1 is the new root, $2 the guest's disk image, $3 the content of the installation medium.
set -eu
root=$1
guest_image=$2
medium=$3
here=$(dirname "$0")

cp -R "$here/files/." "$root/"
chmod 700 "$root/etc/lab"
echo localhost > "$root/etc/hostname"
printf '127.0.0.1 localhost\n::1 localhost\n' > "$root/etc/hosts"
printf '/dev/vda / ext4 defaults,noatime 0 1\n' > "$root/etc/fstab"
printf 'LANG=C.UTF-8\n' > "$root/etc/default/locale"
: > "$root/etc/motd"
: > "$root/etc/machine-id"
rm -f "$root"/etc/ssh/ssh_host_*
chroot "$root" passwd -q -d root

images=/var/lib/libvirt/images
cp "$guest_image" "$root$images/debian-13-small.qcow2"
chmod 444 "$root$images/debian-13-small.qcow2"
"$here/../installer/make-media.sh" "$root" "$medium"
mkdir -p "$root/etc/libvirt/qemu/networks/autostart" "$root/usr/lib/lab"
cp "$here/smartgo.xml" "$root/usr/lib/lab/smartgo.xml"
ln -sf /etc/libvirt/qemu/networks/default.xml "$root/etc/libvirt/qemu/networks/autostart/default.xml"

# virt-install reads all of this database each time. Out go the systems of which nobody here has a medium to install, what tells
# media and download trees of the others apart, and names in languages that no locale here asks for. What stays refers to nothing that goes.
osinfo_vendors="almalinux.org alpinelinux.org archlinux.org centos.org debian.org fedoraproject.org libosinfo.org microsoft.com opensuse.org
  redhat.com rockylinux.org suse.com ubuntu.com"
for vendor in "$root"/usr/share/osinfo/os/*/; do
  echo $osinfo_vendors | grep -qw "$(basename "$vendor")" || rm -r "$vendor"
done
chroot "$root" find /usr/share/osinfo/os -name '*.xml' -exec xmlstarlet ed -L -d '//media | //tree | //image | //installer | //magnet' {} +
find "$root/usr/share/osinfo" -name '*.xml' -exec sed -i '/xml:lang=/d' {} +
chroot "$root" python3 -c '
import glob, re
texts = [open(name).read() for name in glob.glob("/usr/share/osinfo/os/*/*.xml")]
there = {system for text in texts for system in re.findall("<os id=\"([^\"]+)", text)}
asked = {system for text in texts for system in re.findall("<(?:derives-from|upgrades|clones) id=\"([^\"]+)", text)}
missing = sorted(asked - there)
if missing: raise SystemExit("osinfo: kept systems refer to " + ", ".join(missing) + ": keep their vendors in osinfo_vendors as well")'

# What is ours and must be small and quick: compiled here, by the host's own compiler.
for program in hold-shells hold-still watch-guests; do
  chroot "$root" tcc -Wall -o "/usr/lib/lab/$program" -x c - < "$here/programs/$program.c"
done
# A machine with no way out has nothing to update, and every timer is CPU that a learner pays for.
for unit in apt-daily.timer apt-daily-upgrade.timer man-db.timer dpkg-db-backup.timer fstrim.timer e2scrub_all.timer e2scrub_reap.service \
  systemd-timesyncd.service firewalld.service ssh.service ssh.socket systemd-networkd-wait-online.service; do
  chroot "$root" systemctl disable "$unit" >/dev/null 2>&1 || true
done
chroot "$root" systemctl mask systemd-firstboot.service getty@tty1.service >/dev/null 2>&1
chroot "$root" systemctl enable systemd-networkd.service lab-access.socket lab-shells.service lab-still.service libvirtd.service >/dev/null 2>&1
# Only the drivers of this machine's own virtual hardware go into the initramfs: the boot is several times shorter.
printf 'virtio_blk\nvirtio_pci\next4\n' >> "$root/etc/initramfs-tools/modules"
sed -i 's/^MODULES=.*/MODULES=list/' "$root/etc/initramfs-tools/initramfs.conf"
chroot "$root" update-initramfs -u >/dev/null
# The manual pages a learner asks for stay; locales, other documentation and the package lists go.
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/log/journal
