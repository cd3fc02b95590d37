# The questions of an installation by hand.
ask_everything() {
  for console in $consoles; do
    [ "$console" = "$listening" ] || { printf 'The questions are asked on %s.\r\n' "$listening" > "/dev/$console"; } 2>/dev/null
  done
  while :; do
    printf '\r\n' > /dev/console
    ask_hostname
    ask_password
    list_disks
    ask "Disk to install on, everything on it is lost [$first_disk]: " "$first_disk"; disk=${answer#/dev/}
    if ! is_disk "$disk"; then say "There is no disk $disk."; continue; fi
    ask "Install $hostname on $disk now? [Y/n]: " y
    case "$answer" in [Yy]*) return ;; esac
    say "Nothing was written. Once more, then."
  done
}

ask_hostname() {
  while :; do
    ask "Host name [localhost]: " localhost
    if valid_hostname "$answer"; then hostname=$answer; return; fi
    say "Letters, digits, . - and _ make a host name."
  done
}

ask_password() {
  while :; do
    ask_silently "Root password (empty: none): "
    if [ -z "$answer" ]; then password=none; return; fi
    first=$answer
    ask_silently "The same again: "
    if [ "$answer" = "$first" ]; then password=$(encrypt "$answer"); return; fi
    say "The two are not the same."
  done
}
