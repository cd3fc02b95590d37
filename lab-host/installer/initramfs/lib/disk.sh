# From an empty disk to a system that boots from it.

disks() {
  for folder in /sys/block/vd* /sys/block/sd*; do
    [ -e "$folder/size" ] && [ "$(cat "$folder/ro")$(cat "$folder/removable")" = 00 ] && echo "${folder##*/}"
  done
}
is_disk() { disks | grep -qxF -- "$1"; }
mebibytes() { echo $(($(cat "/sys/block/$1/size") / 2048)); }

# list_disks: says what there is and sets $first_disk. Virtio disks come first.
list_disks() {
  first_disk=$(disks | head -n 1)
  if [ -z "$first_disk" ]; then say "There is no disk: this installer knows virtio, SATA and IDE disks."; stop; fi
  for name in $(disks); do say "Disk $name: $(mebibytes "$name") MiB"; done
}
# choose_disk: without questions.
choose_disk() {
  list_disks
  disk=${disk:-$first_disk}
  is_disk "$disk" || { say "There is no disk $disk."; stop; }
}

le32() { printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)); }

# make_file_system: one bootable Linux partition from 1 MiB to the end, ext4, mounted at /target.
make_file_system() {
  [ "$(mebibytes "$disk")" -ge 300 ] || { say "Disk $disk is too small: 300 MiB are needed."; stop; }
  say "Partitioning $disk ..."
  disk_touched=1
  sectors=$(($(cat "/sys/block/$disk/size") - 2048))
  [ "$sectors" -le 4294967295 ] || sectors=4294967295
  dd if=/dev/zero of="/dev/$disk" bs=1M count=1 2>/dev/null
  printf "\\x80\\xfe\\xff\\xff\\x83\\xfe\\xff\\xff$(le32 2048)$(le32 "$sectors")" | dd of="/dev/$disk" bs=1 seek=446 conv=notrunc 2>/dev/null
  printf '\x55\xaa' | dd of="/dev/$disk" bs=1 seek=510 conv=notrunc 2>/dev/null
  blockdev --rereadpt "/dev/$disk"
  part=${disk}1
  tries=0
  until [ -b "/dev/$part" ]; do
    tries=$((tries + 1)); [ "$tries" -le 50 ] || { say "/dev/$part does not appear."; stop; }
    usleep 100000
  done
  say "Making an ext4 file system on $part ..."
  # Few inodes and a small journal, written at once: nothing is left for the first boot to do in the background.
  # GRUB need not know the two newest features of ext4.
  /usr/sbin/mke2fs -q -F -t ext4 -L root -N 32768 -J size=16 -O ^metadata_csum_seed,^orphan_file \
    -E lazy_itable_init=0,lazy_journal_init=1,nodiscard "/dev/$part" > /tmp/error 2>&1 || { say_output < /tmp/error; stop; }
  mkdir -p /target
  mount -t ext4 "/dev/$part" /target || { say "/dev/$part cannot be mounted."; stop; }
}

unpack_system() {
  say "Unpacking the system ..."
  if [ "$repository" = /cdrom ]; then
    archive=/cdrom/ringside/system.tar
    total=$(stat -c %s "$archive")
    tar -C /target -xpf - < "$archive" 2> /tmp/error &
    process=$!
    shown=0
    while kill -0 "$process" 2>/dev/null; do
      sleep 1
      position=$(awk '$1 == "pos:" {print $2}' "/proc/$process/fdinfo/0" 2>/dev/null)
      done=$((${position:-0} * 10 / total))
      [ "$done" -le "$shown" ] || { shown=$done; say "  ${done}0 %"; }
    done
    wait "$process" || { say_output < /tmp/error; stop; }
    umount /cdrom
  else
    # A pipe's status is tar's; that of wget is left in a file.
    { wget -q -T 60 -O - "$repository/ringside/system.tar" 2> /tmp/error || touch /tmp/broken; } | tar -C /target -xpf - 2>> /tmp/error || touch /tmp/broken
    [ ! -e /tmp/broken ] || { say_output < /tmp/error; stop; }
  fi
  say "  unpacked, writing to the disk ..."
  sync
}

configure_system() {
  say "Configuring: host name $hostname"
  echo "$hostname" > /target/etc/hostname
  echo "$hostname" > /proc/sys/kernel/hostname
  printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$hostname" > /target/etc/hosts
  printf '/dev/%s / ext4 defaults 0 1\n' "$part" > /target/etc/fstab
  tr -d - < /proc/sys/kernel/random/uuid > /target/etc/machine-id
  case "$password" in
    none) say "Configuring: root has no password, the serial console logs in by itself" ;;
    locked) say "Configuring: root's password is locked, the serial console logs in by itself"; set_shadow '!' ;;
    *) say "Configuring: root has a password, the serial console asks for it"
      set_shadow "$password"
      sed -i 's/ --autologin root / /' /target/etc/inittab ;;
  esac
  [ -z "$packages" ] || say "Packages asked for:$packages: taken note of, the small system is installed as a whole"
  case "$disk" in sd*) add_sata_drivers ;; esac
  say "Writing the boot loader ..."
  dd if=/target/boot/grub/boot.img of="/dev/$disk" bs=440 count=1 conv=notrunc 2>/dev/null
  dd if=/target/boot/grub/core.img of="/dev/$disk" bs=512 seek=1 conv=notrunc 2>/dev/null
}

# A hash has slashes and dollars in it: awk takes it from the environment, where they mean nothing.
set_shadow() {
  HASH=$1 awk 'BEGIN { FS = OFS = ":" } $1 == "root" { $2 = ENVIRON["HASH"] } { print }' /target/etc/shadow > /tmp/shadow
  cat /tmp/shadow > /target/etc/shadow
}

# The small system starts from virtio disks only. For another one it gets the installer's own drivers.
add_sata_drivers() {
  say "Configuring: drivers for the SATA or IDE disk $disk"
  mkdir -p /tmp/boot/bin /tmp/boot/dev /tmp/boot/root
  cp /bin/busybox /tmp/boot/bin/
  cp /modules/*.ko /tmp/boot/
  sed "s#/dev/vda1#/dev/$part#g; s#/?\.ko#/*.ko#" /lib/installed-init > /tmp/boot/init
  chmod 755 /tmp/boot/init
  for image in /target/boot/initrd.img-*; do
    ( cd /tmp/boot && find . | cpio -o -H newc 2>/dev/null | gzip -1 ) > "$image"
  done
  sed -i "s#root=/dev/vda1#root=/dev/$part#" /target/boot/grub/grub.cfg
}

# run_posts: the answer file's %post scripts, in the installed system.
run_posts() {
  for folder in dev proc sys; do mount -o bind "/$folder" "/target/$folder"; done
  n=0
  while [ "$n" -lt "$posts" ]; do
    n=$((n + 1))
    say "Running %post $n of $posts ..."
    cp "/tmp/post.$n" "/target/tmp/post.$n"; chmod 700 "/target/tmp/post.$n"
    chroot /target "/tmp/post.$n" > /tmp/post.output 2>&1 < /dev/null; status=$?
    say_output < /tmp/post.output
    [ "$status" = 0 ] || say "  %post $n ended with status $status"
    rm -f "/target/tmp/post.$n"
  done
}

finish_system() {
  [ -z "$answer_file" ] || { cp /tmp/answers /target/root/answers.cfg; chmod 600 /target/root/answers.cfg; }
}
