# The answer file: a small part of kickstart, line by line. An unknown word stops the installation before anything is written.
#
#   lang NAME   keyboard NAME   timezone NAME          taken note of: the small system has one of each
#   network --bootproto=dhcp [--hostname=NAME] [--device=NAME] [--onboot=yes|no] [--activate]
#   rootpw --plaintext PASSWORD | --iscrypted HASH | --lock
#   clearpart [--all] [--initlabel] [--drives=NAME]    autopart [--type=plain] [--fstype=ext4]    the disk is always emptied
#   reboot | poweroff | halt                           what follows; without one of them: reboot
#   %packages ... %end                                 taken note of: the small system is installed as a whole
#   %post [--interpreter=PROGRAM] ... %end             run in the installed system, in the order of the file
# Blank lines and lines that begin with # are skipped.

# wrong LINE MESSAGE
wrong() {
  say ""
  say "The answer file $answer_file has an error:"
  say "  line $1: $2"
  stop
}

# bare VALUE: without the quotation marks around it.
bare() { case "$1" in \"*\") set -- "${1#\"}"; echo "${1%\"}" ;; \'*\') set -- "${1#\'}"; echo "${1%\'}" ;; *) echo "$1" ;; esac; }

valid_hostname() { case "$1" in '' | -* | .* | *[!A-Za-z0-9._-]*) return 1 ;; esac; [ "${#1}" -le 64 ]; }

# read_answers FILE: sets hostname, password, disk, finish, packages, posts; %post scripts lie in /tmp/post.N.
read_answers() {
  number=0 section= opened=0
  tr -d '\r' < "$1" > /tmp/answers.clean
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    if [ "$section" = post ] && [ "$line" != %end ]; then printf '%s\n' "$line" >> "/tmp/post.$posts"; continue; fi
    # Words are split at blanks; a pattern in them must stay what it is.
    set -f; set -- $line; set +f
    case "${1:-#}" in \#*) continue ;; esac
    if [ "$1" = %end ]; then
      [ -n "$section" ] || wrong "$number" "%end without a section before it"
      section=; continue
    fi
    if [ "$section" = packages ]; then packages="$packages $*"; continue; fi
    read_command "$@"
  done < /tmp/answers.clean
  [ -z "$section" ] || wrong "$opened" "section %$section begins here and has no %end"
}

# read_command WORD...: one line outside of sections.
read_command() {
  command=$1; shift
  case "$command" in
    lang | keyboard | timezone) [ $# -ge 1 ] || wrong "$number" "$command needs a value"; say "  $command $*: taken note of" ;;
    network) for option; do network_option "$option"; done ;;
    rootpw) read_rootpw "$@" ;;
    clearpart | autopart)
      for option; do
        case "$option" in
          --all | --initlabel | --type=plain | --fstype=ext4) ;;
          --drives=*) disk=$(bare "${option#*=}") ;;
          *) wrong "$number" "$command: unknown option $option" ;;
        esac
      done ;;
    reboot | poweroff | halt) [ $# = 0 ] || wrong "$number" "$command: unknown option $1"; finish=$command ;;
    %packages) section=packages opened=$number ;;
    %post)
      section=post opened=$number posts=$((posts + 1)) interpreter=/bin/sh
      for option; do
        case "$option" in
          --interpreter=*) interpreter=$(bare "${option#*=}") ;;
          *) wrong "$number" "%post: unknown option $option" ;;
        esac
      done
      printf '#!%s\n' "$interpreter" > "/tmp/post.$posts" ;;
    %*) wrong "$number" "unknown section: $command" ;;
    *) wrong "$number" "unknown command: $command" ;;
  esac
}

network_option() {
  case "$1" in
    --bootproto=dhcp | --device=* | --onboot=* | --activate) ;;
    --hostname=*)
      hostname=$(bare "${1#*=}")
      valid_hostname "$hostname" || wrong "$number" "network: not a host name: $hostname" ;;
    *) wrong "$number" "network: unknown option $1" ;;
  esac
}

read_rootpw() {
  case "${1:-}" in
    --plaintext) [ $# = 2 ] || wrong "$number" "rootpw --plaintext needs one password without blanks"; password=$(encrypt "$(bare "$2")") ;;
    --iscrypted) [ $# = 2 ] || wrong "$number" "rootpw --iscrypted needs one hash"; password=$(bare "$2")
      case "$password" in '$'?*'$'?*) ;; *) wrong "$number" "rootpw --iscrypted: not a hash (openssl passwd -6 makes one): $password" ;; esac ;;
    --lock) [ $# = 1 ] || wrong "$number" "rootpw --lock takes nothing else"; password=locked ;;
    *) wrong "$number" "rootpw needs --plaintext, --iscrypted or --lock" ;;
  esac
}

encrypt() { printf '%s' "$1" | mkpasswd -m sha512 -P 0; }
