# Where things come from: the answer file, and the system that is installed.

# start_network: an address by DHCP, once.
start_network() {
  [ -z "${network_up:-}" ] || return 0
  interface=
  for folder in /sys/class/net/*; do
    case "${folder##*/}" in lo) ip link set lo up ;; *) interface=${interface:-${folder##*/}} ;; esac
  done
  if [ -z "$interface" ]; then say "  no network interface: this installer knows virtio only (model type='virtio')"; return 1; fi
  ip link set "$interface" up
  if ! udhcpc -i "$interface" -n -q -t 5 -T 3 -s /usr/share/udhcpc/default.script > /tmp/error 2>&1; then
    say "  $interface: no answer to DHCP"
    return 1
  fi
  network_up=1
  say "  $interface: $(ip -4 -o address show dev "$interface" | awk '{print $4}')"
}

# mount_cdrom: the disc that has FILE on it, at /cdrom. Waits up to $1 seconds.
mount_cdrom() {
  mkdir -p /cdrom
  tries=0
  while :; do
    for folder in /sys/block/sr*; do
      device=${folder##*/}
      [ -b "/dev/$device" ] || continue
      if mount -t iso9660 -o ro "/dev/$device" /cdrom 2>/dev/null; then
        [ -e "/cdrom/$2" ] && { echo 1024 > "$folder/queue/read_ahead_kb"; return 0; }
        umount /cdrom
      fi
    done
    tries=$((tries + 1))
    [ "$tries" -le "$1" ] || return 1
    sleep 1
  done
}

# fetch_answers: one attempt to bring $answer_file to /tmp/answers. The reason of a failure goes to /tmp/error.
fetch_answers() {
  : > /tmp/error
  case "$answer_file" in
    http://* | ftp://*)
      start_network || { echo "the network is not up" > /tmp/error; return 1; }
      wget -q -T 10 -O /tmp/answers "$answer_file" 2> /tmp/error ;;
    file:*) path=${answer_file#file:}; path=/${path##/}; path=/${path##*//}
      cp "$path" /tmp/answers 2> /tmp/error ;;
    cdrom:*) path=${answer_file#cdrom:}; path=${path#/}
      mount_cdrom 10 "$path" || { echo "no disc with the file /$path" > /tmp/error; return 1; }
      cp "/cdrom/$path" /tmp/answers 2> /tmp/error; status=$?
      umount /cdrom
      return "$status" ;;
    *) echo "an address begins with http:// ftp:// file:/ or cdrom:/" > /tmp/error; return 1 ;;
  esac
}

# get_answers: fetches and reads the answer file. If it cannot be had, somebody is asked; an empty $answer_file means: answers by hand.
get_answers() {
  while [ -n "$answer_file" ]; do
    for attempt in 1 2 3; do
      say "Answer file: $answer_file"
      if fetch_answers; then
        say "  fetched, $(wc -l < /tmp/answers) lines"
        read_answers /tmp/answers
        return
      fi
      say "  attempt $attempt of 3 failed: $(tail -n 1 /tmp/error)"
      [ "$attempt" = 3 ] || sleep 4
    done
    say "The answer file cannot be fetched from $answer_file"
    ask "Another address, Enter to try again, or none to answer by hand: " "$answer_file"
    if [ "$answer" = none ]; then answer_file=; else answer_file=$answer; fi
  done
}

# find_repository: opens $repository (cdrom, or the address of a tree) and says what is in it.
find_repository() {
  case "$repository" in
    cdrom | cdrom:*)
      say "Looking for the installation disc ..."
      mount_cdrom 30 ringside/system.tar || { say "  no installation disc. Attach lab.iso, or name a tree with inst.repo=http://..."; stop; }
      repository=/cdrom
      say "  found on /dev/$device" ;;
    http://* | ftp://*)
      repository=${repository%/}
      say "Installation tree: $repository"
      start_network && wget -q -T 10 -O /tmp/size "$repository/ringside/size" 2> /tmp/error || { say "  $(tail -n 1 /tmp/error)"; stop; }
      say "  found, $(($(cat /tmp/size) / 1024)) MiB" ;;
    *) say "inst.repo=$repository: an address begins with http:// or ftp://, or is the word cdrom"; stop ;;
  esac
}
