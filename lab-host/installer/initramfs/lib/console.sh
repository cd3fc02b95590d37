# Where the installer speaks: to every console of the kernel, and to the log. It listens on one: the last console= of the command line.
log=/tmp/installer.log
read -r consoles < /sys/class/tty/console/active
listening=${consoles##* }

log() { printf '%s\n' "$*" >> "$log"; }
say() {
  log "$*"
  for console in $consoles; do { printf '%s\r\n' "$*" > "/dev/$console"; } 2>/dev/null; done
}
# What a command printed, a line at a time, two columns in.
say_output() { while IFS= read -r line; do say "  $line"; done; }
# ask QUESTION DEFAULT: sets $answer.
ask() {
  printf '%s' "$1" > /dev/console
  read -r answer < /dev/console || { sleep 5; answer=; }
  [ -n "$answer" ] || answer=$2
  log "$1$answer"
}
# ask_silently QUESTION: the same without an echo and without a trace in the log.
ask_silently() {
  printf '%s' "$1" > /dev/console
  stty -echo < /dev/console
  read -r answer < /dev/console
  stty echo < /dev/console
  printf '\r\n' > /dev/console
}
# stop: the installation cannot go on. Waits at a prompt, so that the message stays on the screen.
stop() {
  if [ -n "${disk_touched:-}" ]; then say "The installation has stopped. What is on disk $disk does not start."
  else say "The installation has stopped. Nothing was written to a disk."; fi
  while :; do
    ask "Type shell, reboot or poweroff [poweroff]: " poweroff
    case "$answer" in
      shell) setsid cttyhack sh < /dev/console > /dev/console 2>&1 ;;
      reboot) sync; reboot -f ;;
      poweroff) sync; poweroff -f ;;
    esac
  done
}
