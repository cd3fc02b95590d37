#!/usr/bin/env bash
# Makes the machines: the emulator that runs them, the guest's disk, the host's disk, and the running templates that every learner's host is
# cloned from. Then the same for the hosts that have a desktop, which few learners need first.
#
#   lab-host/build.sh [--cache DIR] [--accelerator auto|kvm|tcg] [--images-only] [--images-there] [--without-desktop] [--new-emulator]
#
# --images-there makes nothing and ends with 0 when the emulator and the images are there. --new-emulator takes the QEMU that Debian has now,
# with its security fixes; templates are made again when it is another one.
#
# Each result lies under DIR in a folder named by a hash of its recipe: what is there already is not made again, and a
# folder appears only when it is complete. Images belong to root, as the files in them do: a user who is not root needs sudo(8) for them, and
# only for them. Needs: mmdebstrap, e2fsprogs, Node 24 or newer. Makes no loop device and mounts nothing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ "$(id -u)" = 0 ]; then cache=${RINGSIDE_CACHE_DIR:-/var/cache/ringside}; else cache=${RINGSIDE_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/ringside}; fi
accelerator=${RINGSIDE_ACCELERATOR:-auto}
images_only=
images_there=
with_desktop=yes
new_emulator=
while [ $# -gt 0 ]; do
  case "$1" in
    --cache) cache=$2; shift 2 ;;
    --accelerator) accelerator=$2; shift 2 ;;
    --images-only) images_only=1; shift ;;
    --images-there) images_there=1; shift ;;
    --without-desktop) with_desktop=; shift ;;
    --new-emulator) new_emulator=yes; shift ;;
    *) echo "build.sh: expected --cache DIR, --accelerator auto|kvm|tcg, --images-only, --images-there, --without-desktop or --new-emulator, got: $1" >&2; exit 2 ;;
  esac
done
# shellcheck source=versions.env
. "$here/versions.env"
# An emulator that was fetched longer ago is spoken of: there may be security fixes.
EMULATOR_DAYS=30

mkdir -p "$cache/emulator" "$cache/images" "$cache/templates"
# Two builds at once would do the same work twice: the second one waits and then finds it done.
exec 9> "$cache/build.lock"
flock -n 9 || { echo "Another build is running; waiting for it."; flock 9; }

step='preparation'
log=$(mktemp)
work=
started=$SECONDS
say() { printf '%4ds  %s\n' "$((SECONDS - started))" "$*"; }
clean() {
  local status=$?
  if [ -n "$work" ] && [ -d "$work" ]; then
    rm -rf "$work"
  fi
  if [ "$status" -ne 0 ]; then
    {
      echo
      echo "The build failed at: $step"
      if [ -s "$log" ]; then echo "Its last lines:"; tail -n 15 "$log" | sed 's/^/    /'; fi
      echo "What to do: $(advice)"
      echo "Nothing half-made was left behind. Run the same command again to go on."
    } >&2
  fi
  rm -f "$log"
  exit "$status"
}
advice() {
  if grep -qiE 'No space left|not enough (free )?space|disk full' "$log"; then
    echo "free some room below $cache (a build needs about 5 GiB; df -h \"$cache\" shows what is left)."
  elif grep -qiE "Could not resolve|Temporary failure|Connection (refused|timed out)|Unable to connect|Failed to fetch|Could not connect" "$log"; then
    echo "the package archive could not be reached. Check the network, or name a mirror: RINGSIDE_DEBIAN_MIRROR=<address> $0"
  elif grep -qiE 'Unable to locate package|has no installation candidate|unmet dependencies|dpkg: error' "$log"; then
    echo "a package of lab-host/*/packages.list is missing or broken in suite $DEBIAN_SUITE. Correct the list, or wait until the archive is whole again."
  elif grep -qiE 'NO_PUBKEY|not signed|public key is not available' "$log"; then
    echo "install the archive's keys: apt-get install debian-archive-keyring"
  else
    echo "read the lines above; the step is in lab-host/build.sh."
  fi
}
trap clean EXIT
trap 'exit 130' INT TERM

hash_of() { (cd "$here" && find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; cat "$here/versions.env") | sha256sum | cut -c1-12; }
packages() { cat "$@" | grep -v '^#' | paste -sd, ; }
# Documentation that nobody reads in a small guest, and locales that would double its size.
slim=(--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*')

# --- what there is already --------------------------------------------------------------------------------------------
emulator_hash=$(hash_of emulator)
guest_hash=$(hash_of guest installer)
host_hash=$(printf '%s %s' "$guest_hash" "$(hash_of host)" | sha256sum | cut -c1-12)
desktop_hash=$(printf '%s %s' "$host_hash" "$(hash_of desktop)" | sha256sum | cut -c1-12)
guest="$cache/images/guest-$guest_hash"
in_use=$(readlink "$cache/emulator/current" || true)
all_there=
if [ -z "$new_emulator" ] && [ "${in_use##*-}" = "$emulator_hash" ] && [ -e "$guest" ] && [ -e "$cache/images/host-$host_hash" ] &&
  { [ -z "$with_desktop" ] || [ -e "$cache/images/desktop-$desktop_hash" ]; }; then all_there=yes; fi
if [ -n "$images_there" ]; then
  trap - EXIT
  rm -f "$log"
  [ -n "$all_there" ]; exit
fi
# Where mke2fs is; on Debian only root looks there.
PATH=$PATH:/usr/sbin:/sbin
step="looking for the tools"
for tool in mmdebstrap mke2fs; do
  [ -n "$all_there" ] || command -v "$tool" >/dev/null || { echo "$tool: not found. npm start installs what is missing." > "$log"; exit 1; }
done
if [ -z "$all_there" ] && [ "$(id -u)" != 0 ]; then
  as_root=(env "RINGSIDE_DEBIAN_MIRROR=${RINGSIDE_DEBIAN_MIRROR:-}" "$here/build.sh" --cache "$cache" --images-only)
  [ -n "$with_desktop" ] || as_root+=(--without-desktop)
  [ -z "$new_emulator" ] || as_root+=(--new-emulator)
  trap - EXIT
  rm -f "$log"
  command -v sudo >/dev/null || { echo "Disks with a Debian on them can only be made by root. Run this once as root, then the same command again: ${as_root[*]}" >&2; exit 1; }
  flock -u 9
  # It has said itself what failed.
  sudo "${as_root[@]}" || exit
  flock 9
  trap clean EXIT
  in_use=$(readlink "$cache/emulator/current")
  new_emulator=
fi

# make_tree VARIANT PACKAGES HOOK OUT: a Debian file system as a tar file.
make_tree() {
  local variant=$1 packages=$2 hook=$3 out=$4
  shift 4
  mmdebstrap --variant="$variant" --format=tar "${slim[@]}" --include="$packages" \
    --customize-hook="$hook" "$@" \
    --customize-hook="dpkg-query --admindir=\"\$1/var/lib/dpkg\" -W -f '\${binary:Package} \${Version}\\n' > '$out.manifest'" \
    "$DEBIAN_SUITE" "$out" ${RINGSIDE_DEBIAN_MIRROR:+"$RINGSIDE_DEBIAN_MIRROR"} >>"$log" 2>&1
}

# --- the emulator -----------------------------------------------------------------------------------------------------
if [ -z "$new_emulator" ] && [ "${in_use##*-}" = "$emulator_hash" ]; then
  say "emulator QEMU ${in_use%-*}: there already"
  if [ -n "$(find "$cache/emulator/$in_use" -maxdepth 0 -mtime +"$EMULATOR_DAYS")" ]; then
    say "emulator: it was fetched more than $EMULATOR_DAYS days ago. npm run machines -- --new-emulator looks for a newer one (docs/machines.md)."
  fi
else
  step="emulator: fetching Debian's QEMU"
  say "emulator: fetching QEMU"
  work=$(mktemp -d "$cache/emulator/.making-XXXXXX"); chmod 755 "$work"
  # Packages are unpacked and not set up: nothing of them runs but the two programs, with their own libraries.
  mmdebstrap --variant=extract --format=tar --include="$(packages "$here/emulator/packages.list")" \
    --extract-hook="for package in \"\$1\"/var/cache/apt/archives/*.deb; do dpkg-deb -W --showformat='\${Package} \${Version}\n' \"\$package\"; done > '$work/manifest.txt'" \
    "$DEBIAN_SUITE" "$work/tree.tar" ${RINGSIDE_DEBIAN_MIRROR:+"$RINGSIDE_DEBIAN_MIRROR"} >>"$log" 2>&1
  tar -C "$work" --no-same-owner -xpf "$work/tree.tar" ./usr/bin/qemu-system-x86_64 ./usr/bin/qemu-img \
    ./usr/lib/x86_64-linux-gnu ./usr/lib64 ./usr/share/qemu ./usr/share/seabios >>"$log" 2>&1
  rm -f "$work/tree.tar"
  cp "$here/emulator/run.sh" "$work/qemu-system-x86_64"; cp "$here/emulator/run.sh" "$work/qemu-img"
  for program in qemu-system-x86_64 qemu-img; do "$work/$program" --version >>"$log" 2>&1; done
  emulator=$(sed -n -E 's/^qemu-system-x86 ([0-9]+:)?//p' "$work/manifest.txt")-$emulator_hash
  # Another one stays: hosts that run may need it.
  if [ -e "$cache/emulator/$emulator" ]; then touch "$cache/emulator/$emulator"; rm -rf "$work"; else mv "$work" "$cache/emulator/$emulator"; fi
  work=
  ln -sfn "$emulator" "$cache/emulator/current.new"; mv -T "$cache/emulator/current.new" "$cache/emulator/current"
  say "emulator: QEMU ${emulator%-*}${in_use:+ (it was ${in_use%-*})}"
fi
qemu_img=$cache/emulator/current/qemu-img

# --- the guest's disk -------------------------------------------------------------------------------------------------
if [ -e "$guest" ]; then say "guest image $guest_hash: there already"; else
  step="guest image: installing Debian packages"
  say "guest image $guest_hash: installing packages"
  work=$(mktemp -d "$cache/images/.making-XXXXXX"); chmod 755 "$work"
  make_tree essential "$(packages "$here/guest/packages.list")" "'$here/guest/customize.sh' \"\$1\"" "$work/tree.tar" --dpkgopt='path-exclude=/usr/share/man/*'

  : > "$log"
  step="guest image: writing the disk"
  say "guest image: writing the disk"
  disk=$work/guest.raw
  truncate -s "${GUEST_DISK_MIB}M" "$disk"
  # One partition from 1 MiB on. The file system is written behind that offset, so no loop device is needed.
  sh -eu -c '
    mkdir "$1/tree"; tar -C "$1/tree" -xpf "$1/tree.tar" --exclude=./dev/*
    cp "$1/tree/boot/grub/boot.img" "$1/tree/boot/grub/core.img" "$1/"
    "$3/installer/make-payload.sh" "$1/tree" "$1/media"
    mke2fs -q -t ext4 -F -L guest -E offset=1048576,root_owner=0:0 -d "$1/tree" "$1/guest.raw" "$2"
    rm -rf "$1/tree"' sh "$work" "$((GUEST_DISK_MIB - 1))M" "$here" >>"$log" 2>&1
  le32() { printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)); }
  # GRUB: its boot sector loads the core image from sector 1 on, which is where it looks if nobody tells it otherwise.
  dd if="$work/boot.img" of="$disk" bs=440 count=1 conv=notrunc status=none
  dd if="$work/core.img" of="$disk" bs=512 seek=1 conv=notrunc status=none
  # The partition table: bootable, type 83 (Linux), first sector 2048.
  printf "\\x80\\xfe\\xff\\xff\\x83\\xfe\\xff\\xff$(le32 2048)$(le32 $(((GUEST_DISK_MIB - 1) * 2048)))" | dd of="$disk" bs=1 seek=446 conv=notrunc status=none
  printf '\x55\xaa' | dd of="$disk" bs=1 seek=510 conv=notrunc status=none
  "$qemu_img" convert -O qcow2 "$disk" "$work/guest.qcow2" >>"$log" 2>&1
  mv "$work/tree.tar.manifest" "$work/manifest.txt"
  rm -f "$disk" "$work/tree.tar" "$work/boot.img" "$work/core.img"
  mv "$work" "$guest"; work=
fi

# --- the host's disk --------------------------------------------------------------------------------------------------
# make_host NAME HASH PACKAGES [ARGUMENTS]: a disk with its kernel and initrd; the arguments are mmdebstrap's.
make_host() {
  local name=$1 hash=$2 packages=$3
  shift 3
  if [ -e "$cache/images/$name-$hash" ]; then say "$name image $hash: there already"; return; fi
  step="$name image: installing Debian packages"
  say "$name image $hash: installing packages (the longest step)"
  work=$(mktemp -d "$cache/images/.making-XXXXXX"); chmod 755 "$work"
  make_tree minbase "$packages" "'$here/host/customize.sh' \"\$1\" '$guest/guest.qcow2' '$guest/media'" "$work/tree.tar" \
    --dpkgopt='path-exclude=/usr/share/man/??/*' --dpkgopt='path-exclude=/usr/share/man/??_*/*' "$@"
  : > "$log"
  step="$name image: writing the disk"
  say "$name image: writing the disk"
  truncate -s "${HOST_DISK_MIB}M" "$work/host.raw"
  sh -eu -c '
    mkdir "$1/tree"; tar -C "$1/tree" -xpf "$1/tree.tar" --exclude=./dev/*
    cp "$1"/tree/boot/vmlinuz-* "$1/vmlinuz"; cp "$1"/tree/boot/initrd.img-* "$1/initrd"
    mke2fs -q -t ext4 -F -L host -E root_owner=0:0 -d "$1/tree" "$1/host.raw"
    rm -rf "$1/tree"' sh "$work" >>"$log" 2>&1
  mv "$work/tree.tar.manifest" "$work/manifest.txt"
  cp "$guest/manifest.txt" "$work/guest-manifest.txt"
  rm -f "$work/tree.tar"
  chmod 444 "$work"/host.raw "$work"/vmlinuz "$work"/initrd
  mv "$work" "$cache/images/$name-$hash"; work=
}
make_host host "$host_hash" "$(packages "$here/host/packages.list")"
make_desktop() {
  # A picture of a desktop that is drawn by a processor needs no drivers of graphics cards, and no compiler for them.
  make_host desktop "$desktop_hash" "$(packages "$here/host/packages.list" "$here/desktop/packages.list")" \
    --customize-hook="'$here/desktop/customize.sh' \"\$1\"" \
    --dpkgopt='path-exclude=/usr/lib/x86_64-linux-gnu/libLLVM*' --dpkgopt='path-exclude=/usr/lib/x86_64-linux-gnu/libgallium*'
}
if [ -n "$images_only" ]; then
  [ -z "$with_desktop" ] || make_desktop
  exit 0
fi

# --- the templates ----------------------------------------------------------------------------------------------------
# save_templates NAME HASH: the starting states of one image.
save_templates() {
  : > "$log"
  step="templates: booting the $1 image and asking its readiness questions"
  node "$here/save-templates.ts" --image "$1" --images "$cache/images/$1-$2" --cache "$cache" --accelerator "$accelerator" --verify "$here/verify.sh"
}
save_templates host "$host_hash"

# --- the same with a desktop ------------------------------------------------------------------------------------------
if [ -n "$with_desktop" ]; then
  : > "$log"
  make_desktop
  save_templates desktop "$desktop_hash"
fi
say "done"
