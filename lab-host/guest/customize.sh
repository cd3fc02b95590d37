#!/bin/sh
# mmdebstrap's customize hook for the guest: $1 is the new root. Runs as its root, so no path of the node is touched.
set -eu
root=$1
here=$(dirname "$0")

cp -R "$here/files/." "$root/"
chmod 755 "$root/etc/rc.boot" "$root/etc/rc.services" "$root/etc/rc.halt" "$root/usr/share/udhcpc/default.script"
# Not a name: rc.boot says what it stands for.
echo guest > "$root/etc/hostname"
printf '127.0.0.1 localhost\n' > "$root/etc/hosts"
printf '/dev/vda1 / ext4 defaults 0 1\n' > "$root/etc/fstab"
# Root has no password: the console logs in by itself, and the network reaches only the learner's own host.
chroot "$root" passwd -q -d root
rm -f "$root"/etc/ssh/ssh_host_* "$root"/etc/udev/rules.d/*persistent-net*
rm -f "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
mkdir -p "$root/lib/inittab.d" "$root/etc/inittab.d"
: > "$root/etc/motd"
rm -rf "$root/etc/update-motd.d"/*
# There is no message of the day: login need not start three programs to look for one.
sed -i '/pam_motd/d' "$root/etc/pam.d/login"
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/log/*

# The agent sets the time and then calls hwclock, which Debian keeps in a package of its own; busybox has one.
ln -sf /bin/busybox "$root/usr/sbin/hwclock"

# Where Debian's busybox looks for it, when somebody types udhcpc.
mkdir -p "$root/etc/udhcpc"; ln -sf /usr/share/udhcpc/default.script "$root/etc/udhcpc/default.script"

# Interface names as in the course's notes.
mkdir -p "$root/etc/udev/rules.d"; ln -sf /dev/null "$root/etc/udev/rules.d/80-net-setup-link.rules"
# udev reads all its rules at every boot. What stays is for devices that a virtual machine can have.
for rules in 50-firmware 55-dm 60-autosuspend 60-dmi-id 60-drm 60-fido-id 60-infiniband 60-persistent-alsa 60-persistent-input 60-persistent-storage-dm \
  60-persistent-storage-mtd 60-persistent-storage-tape 60-persistent-v4l 60-sensor 64-btrfs 70-camera 70-joystick 70-mouse 70-power-switch \
  70-touchpad 75-probe_mtd 78-sound-card 80-debian-compat 81-net-dhcp 85-hwclock 90-iocost 95-dm-notify 96-e2scrub; do
  rm -f "$root/usr/lib/udev/rules.d/$rules.rules"
done

kernel=$(basename "$(ls -d "$root"/usr/lib/modules/*)")
work=/tmp/initramfs
# In the order they must be loaded. The balloon is not among them: see rc.services.
modules="drivers/block/virtio_blk net/core/failover drivers/net/net_failover drivers/net/virtio_net drivers/input/evdev drivers/acpi/button"
mkdir -p "$root$work/bin" "$root$work/dev" "$root$work/root"
cp "$root/bin/busybox" "$root$work/bin/busybox"
cp "$here/initramfs-init" "$root$work/init"
chmod 755 "$root$work/init"
# cpio and xz of the new root, so that the node needs neither.
chroot "$root" sh -eu -c "
  n=0
  for module in $modules; do
    n=\$((n + 1))
    busybox xzcat /usr/lib/modules/$kernel/kernel/\$module.ko.xz > $work/\$n.ko
  done
  cd $work
  find . | cpio --quiet -o -H newc -R 0:0 | gzip -9 > /boot/initrd.img-$kernel
"
rm -rf "$root$work"

# GRUB for BIOS: the core image is kept for build.sh, which writes it and the boot sector into the disk image by itself.
# linux16, because "linux" moves the kernel's whole 58 MiB, byte by byte, before it starts it; and no module serial, because that one
# looks for ports on all 256 PCI buses. The kernel leaves out the same search for buses (pci=lastbus), another one before it (noearly), the
# services of PCI Express ports (ACPI plugs devices in), the tests of its ciphers, random numbers out of the CPU's jitter (there is
# virtio-rng) and the move to an address nobody knows. It
# does not clear every page that it gives out (init_on_alloc): the balloon takes 512 MiB of them, of which the host would first have to
# find memory for each, only to be given it back.
mkdir -p "$root/boot/grub"
cat > "$root/boot/grub/grub.cfg" <<CFG
linux16 /boot/vmlinuz-$kernel root=/dev/vda1 rootfstype=ext4 ro console=tty0 console=ttyS0,115200n8 quiet mitigations=off net.ifnames=0 pci=lastbus=0,noearly pcie_ports=compat cryptomgr.notests=1 initcall_blacklist=jent_mod_init nokaslr init_on_alloc=0
initrd16 /boot/initrd.img-$kernel
boot
CFG
chroot "$root" grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o /boot/grub/core.img biosdisk part_msdos ext2 linux16 normal configfile
cp "$root/usr/lib/grub/i386-pc/boot.img" "$root/boot/grub/boot.img"
# The installation media boot with the same kernel and loader.
"$here/../installer/make-boot.sh" "$root"
chroot "$root" dpkg --purge --force-depends --no-triggers grub-pc-bin grub-common grub2-common >/dev/null 2>&1 || true
