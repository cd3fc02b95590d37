#!/bin/sh
# Makes the content of the installation medium:   make-payload.sh TREE OUT
# TREE is the guest's finished file tree with make-boot.sh's folder installer/ in it, which is taken out of it; run as the owner of
# TREE. OUT becomes a folder that a web server can offer as an installation tree, and that make-media.sh makes an ISO from:
#   .treeinfo, boot/vmlinuz, boot/initrd.img, boot/grub/, ringside/system.tar
# and beside it OUT.pxe/ with vmlinuz and tiny.img.
set -eu
tree=$1
out=$2
kernel=$(basename "$(ls -d "$tree"/usr/lib/modules/*)")

mkdir -p "$out/boot/grub" "$out/ringside" "$out.pxe"
cp "$tree/boot/vmlinuz-$kernel" "$out/boot/vmlinuz"
cp "$tree/boot/vmlinuz-$kernel" "$out.pxe/vmlinuz"
mv "$tree/installer/initrd.img" "$out/boot/initrd.img"
mv "$tree/installer/eltorito.img" "$out/boot/grub/eltorito.img"
mv "$tree/installer/tiny.img" "$out.pxe/tiny.img"
rmdir "$tree/installer"
cat > "$out/boot/grub/grub.cfg" <<CFG
serial --unit=0 --speed=115200
terminal_output console serial
echo "Ringside installer: loading the kernel ..."
linux16 /boot/vmlinuz console=ttyS0,115200n8 console=tty0 quiet pci=lastbus=0 cryptomgr.notests=1 init_on_alloc=0
initrd16 /boot/initrd.img
boot
CFG
# What virt-install looks for in a tree or an ISO that it gets by --location. Without it, kernel= and initrd= would have to be named.
cat > "$out/.treeinfo" <<TREEINFO
[general]
family = Ringside
version = 1
arch = x86_64

[images-x86_64]
kernel = boot/vmlinuz
initrd = boot/initrd.img
TREEINFO

# The system as a plain tar: unpacking gzip costs more on an emulated CPU than reading the bytes. Left out is what a machine of
# virtio devices has no use for: the hardware database, conversions of old character sets, drivers of other clouds' hardware.
list=$(mktemp)
( cd "$tree"
  find . -mindepth 1 \
    \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./usr/lib/x86_64-linux-gnu/gconv -o -path './usr/lib/udev/hwdb*' \
    -o -path ./var/cache -o -path ./usr/lib/modules \) -prune -o -print
  for folder in proc sys dev run tmp var/cache; do echo "./$folder"; done
  find ./usr/lib/modules -type d ! -path '*/drivers/*' ! -path '*/net/*' ! -path '*/arch/*' ! -path '*/sound*'
  find ./usr/lib/modules -type f \( -path '*/drivers/virtio/*' -o -path '*/fs/isofs/*' -o -path '*/fs/fat/*' -o -path '*/fs/nls/*' -o -path '*/fs/fuse/*' -o -path '*/fs/overlayfs/*' -o -path '*/kernel/lib/*' -o -path '*/crypto/*' -o -name 'modules.*' \
    -o -name 'virtio_*' -o -path '*/drivers/net/*failover*' -o -path '*/net/core/*' -o -path '*/drivers/scsi/s[dr]_mod*' -o -path '*/drivers/scsi/scsi_mod*' \
    -o -path '*/drivers/scsi/scsi_common*' -o -path '*/drivers/ata/*' -o -path '*/drivers/cdrom/*' -o -path '*/drivers/block/loop*' -o -path '*/drivers/input/evdev*' \
    -o -path '*/drivers/acpi/button*' \)
) | LC_ALL=C sort -u > "$list"
tar -C "$tree" -cf "$out/ringside/system.tar" --numeric-owner --no-recursion -T "$list"
rm -f "$list"
du -k "$out/ringside/system.tar" | cut -f 1 > "$out/ringside/size"
