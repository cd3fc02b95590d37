# Prints what libvirt, QEMU and the guest itself say about one guest: answers between marks, `@name@answer`.
# Arguments: the guest's name, and what is asked beside its state and which run of it this is: `cpus`, `memory` or
# `run` (nothing).
#
# Everything comes from ONE virsh, kept open and fed line by line: in an emulated host its start costs more than all
# the questions, and a fork of this shell as much as three of them, so there is no $(...) here.
# With its input in a pipe virsh still prompts and repeats what it was told. A mark is asked for with quotes inside
# (echo @'name'@) and printed without, so a repetition is never taken for a mark.
# This side understands only what decides the next question. Where a mark comes twice, the later answer counts.
name=$1 part=$2 line=
# Whoever looks by itself does not wait but looks again.
settle_seconds=${LAB_SETTLE_SECONDS:-3}
# An agent has one hand: setting the clock of a guest that has just woken can keep it busy for seconds.
agent_seconds=5
trap '' PIPE
coproc VIRSH { exec virsh -q -c qemu:///system 2>&1; }
exec 3>&"${VIRSH[1]}" 4<&"${VIRSH[0]}"

# Puts questions on the line.
question() { line+="echo @'$1'@; $2; "; }
monitor() { question "$1" "qemu-monitor-command $name --return-value '{\"execute\":\"$2\"}'"; }
agent() { question "$1" "qemu-agent-command $name --timeout $agent_seconds '{\"execute\":\"$2\",\"arguments\":{$3}}'"; }
open_file() { agent "$1" guest-file-open "\"path\":\"$2\""; }
read_file() {
  agent "$1" guest-file-read "\"handle\":$2,\"count\":128"
  agent closed guest-file-close "\"handle\":$2"
}
balloon() {
  monitor balloon query-balloon
  question liveMemory "dumpxml $name --xpath '/domain/currentMemory/text()'"
}
online() { question guestOnline "vcpucount $name --guest"; }

# Sends the line. The answer is passed on and stays in $answer. Fails when virsh is gone.
ask() {
  local piece
  answer=
  printf "%s echo @'end'@\n" "$line" >&3
  line=
  while IFS= read -r -d @ piece <&4; do
    answer+=$piece@
    if [[ $piece == end ]]; then
      printf '%s\n' "$answer"
      return 0
    fi
  done
  printf '%s\n' "$answer$piece"
  return 1
}

# The number that follows a pattern in the answer to a mark, as $number.
find_number() {
  local text=${answer##*"@$1@"}
  [[ ${text%%@*} =~ $2([0-9]+) ]] && number=${BASH_REMATCH[1]}
}

qemu_process() {
  local pid words
  # The pid file has no newline at its end, so `read` fails on a good one too.
  read -r pid <"/run/libvirt/qemu/$name.pid"
  [[ $pid ]] && read -r words <"/proc/$pid/stat" || return
  # The program's name is in brackets and may hold blanks; the start time is the 20th word after it.
  read -r -a words <<<"${words##*) }"
  printf '@process@%s %s\n@end@\n' "$pid" "${words[19]}"
}

# Is it over? Not while something moves, unless its time is up, of which the lab is told.
unsettled() {
  [[ $SECONDS -lt $deadline ]] && return
  printf '@unsettled@\n'
  return 1
}

# CPUs that QEMU has and the guest does not use yet may be on their way: they get a few seconds. Nobody waits otherwise.
settle_cpus() {
  local online_now=$vcpus
  while :; do
    find_number guestOnline '' && online_now=$number
    [[ $online_now -lt $vcpus ]] && unsettled || return
    sleep 0.2
    online
    ask || exit 0
  done
}

# So may a balloon that has moved since the first question, or of which QEMU and libvirt tell different sizes.
# What the guest sees is read again after it.
settle_balloon() {
  local bytes booked moved=
  while find_number balloon '"actual":'; do
    bytes=$number booked=0
    find_number liveMemory '' && booked=$number
    [[ $bytes != "$balloon_before" || $booked != $((bytes / 1024)) ]] && unsettled || break
    balloon_before=$bytes moved=1
    sleep 0.2
    balloon
    ask || exit 0
  done
  [[ $moved ]] || return
  open_file memInfo /proc/meminfo
  ask && find_number memInfo '"return":' && read_file memInfo "$number" && ask
}

{ qemu_process; } 2>/dev/null
question names "list --all --name"
question state "domstate $name"
case $part in
cpus)
  question configVcpus "vcpucount $name --config --active"
  question liveVcpus "vcpucount $name --live --active"
  monitor cpus query-cpus-fast
  ;;
memory)
  question configMemory "dumpxml $name --inactive --xpath '/domain/currentMemory/text()'"
  balloon
  ;;
esac
open_file bootId /proc/sys/kernel/random/boot_id
ask || exit 0
deadline=$((SECONDS + settle_seconds))
find_number balloon '"actual":' && balloon_before=$number
cpus=${answer##*@cpus@} vcpus=0
while [[ $cpus == *'"cpu-index"'* ]]; do cpus=${cpus#*'"cpu-index"'} vcpus=$((vcpus + 1)); done

# An agent that did not take the first question is not asked another: each would wait for its own time-out.
find_number bootId '"return":' || exit 0
read_file bootId "$number"
case $part in
cpus)
  online
  ask && settle_cpus
  ;;
memory)
  open_file memInfo /proc/meminfo
  ask && find_number memInfo '"return":' || exit 0
  read_file memInfo "$number"
  balloon
  ask && settle_balloon
  ;;
*) ask ;;
esac
exit 0
