# Prints what libvirt, QEMU and the guest itself say about one guest: answers between marks, `@name@answer`.
# Arguments: the guest's name, and `all` or `run` (only what tells one run of the guest from another).
#
# Everything comes from ONE virsh, kept open and fed line by line: in an emulated host its start costs more than all
# the questions, and a fork of this shell as much as three of them, so there is no $(...) here.
# With its input in a pipe virsh still prompts and repeats what it was told. A mark is asked for with quotes inside
# (echo @'name'@) and printed without, so a repetition is never taken for a mark.
# This side understands only what decides the next question. Where a mark comes twice, the later answer counts.
name=$1 part=$2 line=
settle_seconds=3
trap '' PIPE
coproc VIRSH { exec virsh -q -c qemu:///system 2>&1; }
exec 3>&"${VIRSH[1]}" 4<&"${VIRSH[0]}"

# Puts questions on the line.
question() { line+="echo @'$1'@; $2; "; }
monitor() { question "$1" "qemu-monitor-command $name --return-value '{\"execute\":\"$2\"}'"; }
agent() { question "$1" "qemu-agent-command $name --timeout 3 '{\"execute\":\"$2\",\"arguments\":{$3}}'"; }
open_file() { agent "$1" guest-file-open "\"path\":\"$2\""; }
read_file() {
  agent "$1" guest-file-read "\"handle\":$2,\"count\":128"
  agent closed guest-file-close "\"handle\":$2"
}
balloon() {
  monitor balloon query-balloon
  question memory "dumpxml $name --xpath '/domain/memory/text()|/domain/currentMemory/text()'"
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

question names "list --all --name"
question state "domstate $name"
if [[ $part == all ]]; then
  question configVcpus "vcpucount $name --config --active"
  question configMemory "dumpxml $name --inactive --xpath '/domain/currentMemory/text()'"
  question liveVcpus "vcpucount $name --live --active"
  question maximumVcpus "vcpucount $name --live --maximum"
  monitor cpus query-cpus-fast
  balloon
fi
open_file bootId /proc/sys/kernel/random/boot_id
{ qemu_process; } 2>/dev/null
ask || exit 0
find_number balloon '"actual":' && was=$number
cpus=${answer##*@cpus@} vcpus=0
while [[ $cpus == *'"cpu-index"'* ]]; do cpus=${cpus#*'"cpu-index"'} vcpus=$((vcpus + 1)); done

# An agent that did not take the first question is not asked another: each would wait for its own time-out.
find_number bootId '"return":' || exit 0
read_file bootId "$number"
if [[ $part == run ]]; then
  ask
  exit 0
fi
online
open_file memInfo /proc/meminfo
ask || exit 0
find_number guestOnline '' && guest_online=$number
find_number memInfo '"return":' || exit 0
read_file memInfo "$number"
balloon
ask || exit 0

# Where the witnesses do not agree yet, or a value still moves, they get a few seconds. Nobody waits otherwise.
deadline=$((SECONDS + settle_seconds)) moved=
while :; do
  moving= waking=
  if find_number balloon '"actual":'; then
    now=$number
    find_number memory $'\n' && booked=$number
    [[ $now != "$was" || $booked != $((now / 1024)) ]] && moving=1 moved=1
    was=$now
  fi
  [[ ${guest_online:-$vcpus} -lt $vcpus ]] && waking=1
  [[ -z $moving$waking || $SECONDS -ge $deadline ]] && break
  sleep 0.2
  balloon
  [[ $waking ]] && online
  ask || exit 0
  find_number guestOnline '' && guest_online=$number
done
if [[ $moved ]]; then
  open_file memInfo /proc/meminfo
  ask && find_number memInfo '"return":' && read_file memInfo "$number" && ask
fi
exit 0
