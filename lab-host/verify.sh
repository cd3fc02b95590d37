#!/bin/bash
# Asks a booted host every question that must be answered before it may become a template.
# Runs inside the host, as root:   verify.sh host      once it has booted
#                                  verify.sh running   and so on: in each starting state, before it is saved
# A second word multiplies the seconds that it waits.
# Prints a line a question. Exit 0: all answered; 1: the first that was not is named, with what was seen and where to look.
set -u
patience=${2:-1}
export LC_ALL=C LIBVIRT_DEFAULT_URI=qemu:///system

# ask QUESTION SECONDS HINT COMMAND...: tries the command once a second until it succeeds or the time is over.
ask() {
  local question=$1 seconds=$2 hint=$3 seen until
  shift 3
  until=$((SECONDS + seconds * patience))
  until seen=$("$@" 2>&1); do
    if [ "$SECONDS" -ge "$until" ]; then
      echo "FAILED  $question"
      echo "        seen: $(echo "$seen" | tail -n 3 | tr '\n' ' ')"
      echo "        look: $hint"
      exit 1
    fi
    sleep 1
  done
  echo "ok      $question"
}

booted() { case "$(systemctl is-system-running)" in running) ;; *) systemctl list-jobs --no-legend; systemctl --failed --no-legend; return 1 ;; esac; }
nested() { grep -q '^[1Y]' /sys/module/kvm_amd/parameters/nested 2>/dev/null || grep -q '^[1Y]' /sys/module/kvm_intel/parameters/nested; }
network() { virsh -q net-info default | grep -q '^Active: *yes'; }
has() { command -v "$1" >/dev/null; }
manual() { man -w "$1" >/dev/null; }
validated() { virt-host-validate qemu >/tmp/validate 2>&1 || { grep FAIL /tmp/validate; return 1; }; }
agent() { virsh -q qemu-agent-command "$1" '{"execute":"guest-ping"}'; }
vcpus() { [ "$(virsh -q vcpucount "$1" --live --active) $(virsh -q vcpucount "$1" --live --maximum)" = '1 4' ] || { virsh -q vcpucount "$1"; return 1; }; }
memory() {
  # The balloon takes the second half away after the guest's driver is up.
  local stats; stats=$(virsh -q domstats "$1" --balloon)
  grep -q 'balloon.current=524288$' <<<"$stats" && grep -q 'balloon.maximum=1048576$' <<<"$stats" || { echo "$stats"; return 1; }
}
accelerated() { virsh -q qemu-monitor-command "$1" '{"execute":"query-kvm"}' | grep -q '"enabled":true'; }
# The lease is dnsmasq's word; the guest must have taken it.
address() { virsh -q domifaddr "$1" --source agent | grep -q ipv4 && virsh -q net-dhcp-leases default | grep -q "52:54:00:6b:3c:${1#smartgo_}"; }
alone() {
  # Nothing beyond this host may answer: no name, no route, no neighbour but the lab's own line.
  ip route show default | grep -q . && { echo "there is a default route"; return 1; }
  timeout 2 bash -c '</dev/tcp/10.0.2.2/22' 2>/dev/null && { echo "10.0.2.2 answers"; return 1; }
  return 0
}

guests() { [ "$(virsh -q list --all --name | sed '/^$/d' | sort | paste -sd' ')" = "$1" ] || { virsh list --all; return 1; }; }
running() { [ "$(virsh -q list --name | sed '/^$/d' | sort | paste -sd' ')" = "$1" ] || { virsh list --all; return 1; }; }
guest() {
  ask "the agent of $1 answers" 90 "virsh console $1; /var/log/libvirt/qemu/$1.log" agent "$1"
  ask "$1 runs on KVM" 5 "virsh dumpxml $1" accelerated "$1"
  ask "$1 has 1 of at most 4 vCPUs" 5 "virsh vcpucount $1" vcpus "$1"
  ask "$1 has 512 of at most 1024 MiB" 60 "virsh domstats $1 --balloon" memory "$1"
  ask "$1 has an address" 60 'virsh net-dhcp-leases default' address "$1"
}
window() { DISPLAY=:1 xdotool search --onlyvisible --name "$1" >/dev/null || { DISPLAY=:1 xdotool search --onlyvisible --name . getwindowname %@; return 1; }; }
hidden() { ! ss -Hlntp | grep Xtigervnc; }
# virt-manager writes down what it puts in its list.
lists() { grep -q "domain=$1 status=[A-Za-z]* added" /root/.cache/virt-manager/virt-manager.log || { tail -n 3 /root/.cache/virt-manager/virt-manager.log; return 1; }; }
medium() { [ -s "$1" ]; }

case "${1:-}" in
  host)
    ask 'every unit has started' 90 'systemctl --failed; journalctl -b' booted
    ask '/dev/kvm runs a virtual machine' 40 'lsmod | grep kvm; dmesg | grep -i svm' /usr/lib/lab/prove-kvm
    ask 'KVM nests' 1 'cat /sys/module/kvm_*/parameters/nested' nested
    ask 'virt-host-validate finds no fault' 5 'virt-host-validate qemu' validated
    ask 'libvirtd answers' 20 'systemctl status libvirtd' virsh -q version
    ask 'network default is active' 20 'virsh net-list --all; journalctl -u libvirtd' network
    ask 'the lab can log in' 5 'systemctl status lab-access.socket' systemctl -q is-active lab-access.socket
    ask 'it can stand still' 5 'systemctl status lab-still' test -S /run/lab-still/socket
    ask 'terminals are held' 5 'systemctl status lab-shells' test -S /run/lab/shells.sock
    for program in virt-install firewall-cmd strace python3 man qemu-img qemu-aarch64 tcc readelf osinfo-query jq; do ask "$program is there" 1 'lab-host/host/packages.list' has "$program"; done
    for page in virsh virt-install qemu-system-x86_64 syscalls; do ask "man $page" 1 'lab-host/host/packages.list' manual "$page"; done
    ask 'bash completes virsh' 1 'package libvirt-clients' test -e /usr/share/bash-completion/completions/virsh
    ask 'nothing outside can be reached' 5 'ip route; ss -tn' alone
    ;;
  empty) ask 'there is no guest' 5 'virsh list --all' guests '' ;;
  installer)
    ask 'there is no guest' 5 'virsh list --all' guests ''
    for file in lab.iso windows.iso; do ask "$file is in place" 1 '/usr/lib/lab/media' medium "/var/lib/libvirt/images/$file"; done
    ask 'the driver floppy is in place' 1 '/usr/lib/lab/media' medium /usr/share/virtio-win/virtio-win_amd64.vfd
    ;;
  shut-off)
    ask 'smartgo_01 is the only guest' 5 'virsh list --all' guests smartgo_01
    ask 'smartgo_01 is off' 5 'virsh list --all' running ''
    ;;
  running)
    ask 'smartgo_01 is the only guest' 5 'virsh list --all' guests smartgo_01
    guest smartgo_01
    ;;
  desktop)
    ask 'smartgo_01 is the only guest' 5 'virsh list --all' guests smartgo_01
    guest smartgo_01
    ask 'lab.iso is in place' 1 '/usr/lib/lab/media' medium /var/lib/libvirt/images/lab.iso
    ask 'the desktop runs' 60 'journalctl -u lab-desktop' test -S /run/lab-desktop/rfb.sock
    ask 'nobody reaches it but through its socket' 1 'ss -lntp' hidden
    ask 'the window of virt-manager is there' 180 'journalctl -u lab-desktop' window 'Virtual Machine Manager'
    ask 'virt-manager shows smartgo_01' 120 '/root/.cache/virt-manager/virt-manager.log' lists smartgo_01
    ;;
  fleet)
    ask 'there are three guests' 5 'virsh list --all' guests 'smartgo_01 smartgo_02 smartgo_03'
    ask 'two of them run' 5 'virsh list --all' running 'smartgo_01 smartgo_02'
    guest smartgo_01
    guest smartgo_02
    ;;
  *) echo "verify.sh: expected host or the name of a starting state, got: ${1:-nothing}" >&2; exit 2 ;;
esac
