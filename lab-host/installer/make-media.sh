#!/bin/sh
# Puts the installation media into the host's new root:   make-media.sh ROOT MEDIA
# MEDIA is the folder of make-payload.sh (beside it MEDIA.pxe); host/customize.sh calls this. Needs xorriso in ROOT.
# Makes in ROOT/usr/lib/lab/media:
#   lab.iso               the installer, for --cdrom and for --location
#   windows.iso           a stand-in for a Windows disc: it starts, says what it is, and stands still
#   virtio-win_amd64.vfd  a stand-in for the floppy with virtio drivers
#   pxe/                  vmlinuz and tiny.img, to boot from the network
set -eu
root=$1
source=$2
media=/usr/lib/lab/media
work=/tmp/media

iso() { # iso LABEL BOOT_IMAGE OPTIONS... OUT FOLDER
  chroot "$root" xorriso -as mkisofs -quiet -R -J -V "$@"
}

mkdir -p "$root$media/pxe" "$root$work/windows/boot"
cp "$source.pxe/vmlinuz" "$source.pxe/tiny.img" "$root$media/pxe/"

cp -R "$source" "$root$work/lab"
iso RINGSIDE -o "$media/lab.iso" -b boot/grub/eltorito.img -no-emul-boot -boot-load-size 4 -boot-info-table "$work/lab"

# A boot sector of 2048 bytes. In order: where am I (call, pop si); ds = cs; si += length of this code; text mode 3 clears the
# screen; print until a zero byte; interrupts off and halt, which costs no CPU time.
cr=$(printf '\r')
{
  printf '\350\000\000\136\016\037\203\306\044\374\270\003\000\315\020\254\204\300\164\012\264\016\273\007\000\315\020\353\362\220\372\364\353\375\220\220\220\220\220'
  sed "s/\$/$cr/" <<'TEXT'

  This is a stand-in for a Windows installation disc.

  Windows is not part of this course: what counts is the definition of the
  virtual machine around it. This machine has started from its CD-ROM and
  now stands still.
TEXT
} | dd of="$root$work/windows/boot/boot.bin" bs=2048 conv=sync 2>/dev/null
cat > "$root$work/windows/README.txt" <<'TEXT'
This is a stand-in for a Windows installation disc. It starts, says what it is, and stands still.
There is no Windows on it.
TEXT
iso WINDOWS -o "$media/windows.iso" -b boot/boot.bin -no-emul-boot -boot-load-size 4 "$work/windows"
rm -rf "$root$work"

# A floppy of 1.44 MB: FAT12 with one file of one sector. Sector 0: the boot sector with the parameters of the file system; 1-9 and
# 10-18: the two allocation tables; 19-32: the folder; 33: cluster 2, the file.
floppy=$root$media/virtio-win_amd64.vfd
put() { dd of="$floppy" bs=512 seek="$1" conv=notrunc 2>/dev/null; }
truncate -s 1474560 "$floppy"
{
  printf '\353\074\220MSDOS5.0'                                        # jump, maker
  printf '\000\002\001\001\000\002\340\000\100\013\360\011\000\022\000\002\000'  # 512 B sectors, 1 a cluster, 1 reserved, 2 FATs, 224 entries, 2880 sectors, f0, 9 a FAT, 18 a track, 2 heads
  printf '\000\000\000\000\000\000\000\000\000\000\051\222\107\116\122VIRTIO-WIN FAT12   '
  printf '\364\353\375'                                                # not for booting: halt
} | put 0
printf '\125\252' | dd of="$floppy" bs=1 seek=510 conv=notrunc 2>/dev/null
for table in 1 10; do printf '\360\377\377\377\017' | put "$table"; done
text='This is a stand-in for the floppy with virtio drivers that Windows Setup reads at "Load driver".
There are no drivers on it. The real ones are on virtio-win.iso of the virtio-win project.
'
le() { printf "\\$(printf %03o $(($1 & 255)))\\$(printf %03o $(($1 >> 8 & 255)))"; }
entry() { printf '%-11s' "$1"; printf "$2"; printf '\000\000\000\000\000\000\000\000\000\000\000\000\041\130'; le "$3"; le "$4"; printf '\000\000'; }
{ entry 'VIRTIO-WIN' '\010' 0 0; entry 'README  TXT' '\040' 2 "${#text}"; } | put 19
printf '%s' "$text" | put 33
chmod 644 "$root$media"/*.iso "$floppy" "$root$media"/pxe/*
