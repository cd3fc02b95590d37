#!/bin/sh
# Makes what the installation media boot with:   make-boot.sh ROOT
# ROOT is the guest's new root while GRUB's tools are still in it; guest/customize.sh calls this. Everything is made by programs of
# that root, so the node needs none of them. Needs there: busybox-static, cpio, e2fsprogs, qemu-guest-agent, grub-pc-bin, grub-common.
# Leaves in ROOT/installer, from where make-payload.sh takes it out again:
#   initrd.img      the installer: kernel drivers, mke2fs and the scripts of initramfs/
#   eltorito.img    GRUB, as the boot image of a CD-ROM
#   tiny.img        a machine that lives in memory, for booting from the network
set -eu
root=$1
here=$(cd "$(dirname "$0")" && pwd)
kernel=$(basename "$(ls -d "$root"/usr/lib/modules/*)")
work=/tmp/installer
rm -rf "$root/installer" "$root$work"
mkdir -p "$root/installer"

# initramfs NAME PROGRAMS MODULES: the skeleton of an initramfs in $work/NAME. Modules are unpacked, because xz costs seconds on an
# emulated CPU, and numbered in the order in which they must be loaded.
initramfs() {
  mkdir -p "$root$work/$1"
  chroot "$root" sh -eu -c '
    cd "$1"; kernel=$2 programs=$3 modules=$4
    mkdir -p bin sbin usr/bin usr/sbin lib64 dev proc sys run tmp etc root modules usr/share/udhcpc
    cp /bin/busybox bin/busybox
    for applet in $(busybox --list); do [ -e "bin/$applet" ] || ln -s busybox "bin/$applet"; done
    for program in $programs; do
      cp "$program" "usr/sbin/"
      for library in $(ldd "$program" | grep -o "/[^ ]*"); do mkdir -p ".${library%/*}"; cp -L "$library" ".$library"; done
    done
    n=10
    for module in $modules; do
      n=$((n + 1))
      busybox xzcat "/usr/lib/modules/$kernel/kernel/$module.ko.xz" > "modules/$n-${module##*/}.ko"
    done' sh "$work/$1" "$kernel" "$2" "$3"
}
# pack NAME: /installer/NAME.img from $work/NAME.
pack() { chroot "$root" sh -eu -c 'cd "$1"; find . | cpio --quiet -o -H newc -R 0:0 | gzip -9 > "$2"' sh "$work/$1" "/installer/$1.img"; }

network="net/core/failover drivers/net/net_failover drivers/net/virtio_net"
storage="drivers/block/virtio_blk drivers/scsi/scsi_common drivers/scsi/scsi_mod drivers/ata/libata drivers/ata/libahci drivers/ata/ahci
  drivers/ata/ata_piix drivers/cdrom/cdrom drivers/scsi/sr_mod drivers/scsi/sd_mod fs/isofs/isofs"

initramfs initrd /usr/sbin/mke2fs "$storage $network drivers/input/evdev drivers/acpi/button"
cp -R "$here/initramfs/." "$root$work/initrd/"
cp "$here/../guest/initramfs-init" "$root$work/initrd/lib/installed-init"
cp "$here/../guest/files/usr/share/udhcpc/default.script" "$root$work/initrd/usr/share/udhcpc/"
chmod 755 "$root$work/initrd/init" "$root$work/initrd/usr/share/udhcpc/default.script"
pack initrd

initramfs tiny /usr/sbin/qemu-ga "$network drivers/input/evdev drivers/acpi/button"
cp "$here/tiny-init" "$root$work/tiny/init"
cp "$here/../guest/files/usr/share/udhcpc/default.script" "$root$work/tiny/usr/share/udhcpc/"
chmod 755 "$root$work/tiny/init" "$root$work/tiny/usr/share/udhcpc/default.script"
pack tiny

chroot "$root" grub-mkimage -O i386-pc-eltorito -p '(cd)/boot/grub' -o /installer/eltorito.img biosdisk iso9660 linux16 normal configfile serial echo
rm -rf "$root$work"
