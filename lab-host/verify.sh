#!/bin/bash
# Asks a booted host every question that must be answered before it may become a template.
# Runs inside the host, as root:   verify.sh host    before the guest is started
#                                  verify.sh guest   once smartgo_01 runs
# Prints a line a question. Exit 0: all answered; 1: the first that was not is named, with what was seen and where to look.
set -u
export LC_ALL=C LIBVIRT_DEFAULT_URI=qemu:///system

# ask QUESTION SECONDS HINT COMMAND...: tries the command once a second until it succeeds or the time is over.
ask() {
  local question=$1 seconds=$2 hint=$3 seen until
  shift 3
  until=$((SECONDS + seconds))
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
agent() { virsh -q qemu-agent-command smartgo_01 '{"execute":"guest-ping"}'; }
vcpus() { [ "$(virsh -q vcpucount smartgo_01 --live --active) $(virsh -q vcpucount smartgo_01 --live --maximum)" = '1 4' ] || { virsh -q vcpucount smartgo_01; return 1; }; }
memory() {
  # The balloon takes the second half away after the guest's driver is up.
  local stats; stats=$(virsh -q domstats smartgo_01 --balloon)
  grep -q 'balloon.current=524288$' <<<"$stats" && grep -q 'balloon.maximum=1048576$' <<<"$stats" || { echo "$stats"; return 1; }
}
accelerated() { virsh -q qemu-monitor-command smartgo_01 '{"execute":"query-kvm"}' | grep -q '"enabled":true'; }
address() { virsh -q net-dhcp-leases default | grep -q 52:54:00:6b:3c:01; }
alone() {
  # Nothing beyond this host may answer: no name, no route, no neighbour but the lab's own line.
  ip route show default | grep -q . && { echo "there is a default route"; return 1; }
  timeout 2 bash -c '</dev/tcp/10.0.2.2/22' 2>/dev/null && { echo "10.0.2.2 answers"; return 1; }
  return 0
}

case "${1:-}" in
  host)
    ask 'every unit has started' 90 'systemctl --failed; journalctl -b' booted
    ask '/dev/kvm runs a virtual machine' 40 'lsmod | grep kvm; dmesg | grep -i svm' /usr/lib/lab/prove-kvm
    ask 'KVM nests' 1 'cat /sys/module/kvm_*/parameters/nested' nested
    ask 'virt-host-validate finds no fault' 5 'virt-host-validate qemu' validated
    ask 'libvirtd answers' 20 'systemctl status libvirtd' virsh -q version
    ask 'network default is active' 20 'virsh net-list --all; journalctl -u libvirtd' network
    ask 'smartgo_01 is defined' 5 'ls /etc/libvirt/qemu' virsh -q dominfo smartgo_01
    ask 'the lab can log in' 5 'systemctl status lab-access.socket' systemctl -q is-active lab-access.socket
    for program in virt-install firewall-cmd strace python3 man qemu-img; do ask "$program is there" 1 'lab-host/host/packages.list' has "$program"; done
    for page in virsh virt-install qemu-system-x86_64; do ask "man $page" 1 'lab-host/host/packages.list' manual "$page"; done
    ask 'bash completes virsh' 1 'package libvirt-clients' test -e /usr/share/bash-completion/completions/virsh
    ask 'nothing outside can be reached' 5 'ip route; ss -tn' alone
    ;;
  guest)
    ask 'the agent of smartgo_01 answers' 90 'virsh console smartgo_01; /var/log/libvirt/qemu/smartgo_01.log' agent
    ask 'smartgo_01 runs on KVM' 5 'virsh dumpxml smartgo_01' accelerated
    ask 'smartgo_01 has 1 of at most 4 vCPUs' 5 'virsh vcpucount smartgo_01' vcpus
    ask 'smartgo_01 has 512 of at most 1024 MiB' 60 'virsh domstats smartgo_01 --balloon' memory
    ask 'smartgo_01 has an address' 60 'virsh net-dhcp-leases default' address
    ;;
  *) echo "verify.sh: expected host or guest, got: ${1:-nothing}" >&2; exit 2 ;;
esac
