# expect: container-runs, three-rows, memory
# undo: systemctl stop ct1; umount /srv/tree; rm /root/compare/compare.json
# Another directory as root, and every namespace as before.
set -eu
mkdir -p /srv/tree
mount --bind / /srv/tree
systemd-run --quiet --unit=ct1 chroot /srv/tree sleep infinity
until container=$(pgrep -nx sleep); do
  [ $((tries = ${tries:-0} + 1)) -lt 120 ] || { echo "the container did not start" >&2; exit 1; }
  sleep 0.5
done
python3 -I - "$container" <<'X'
import base64, json, os, subprocess, sys, time
import libvirt, libvirt_qemu

container = sys.argv[1]
guest = libvirt.open("qemu:///system").lookupByName("smartgo_01")
ASK = "uname -r; cat /proc/sys/kernel/random/boot_id; readlink /proc/1/ns/pid"


def agent(command, **arguments):
    return json.loads(libvirt_qemu.qemuAgentCommand(guest, json.dumps({"execute": command, "arguments": arguments}), 10, 0))["return"]


def inside():
    pid = agent("guest-exec", path="/bin/sh", arg=["-c", ASK], **{"capture-output": True})["pid"]
    while not (status := agent("guest-exec-status", pid=pid))["exited"]:
        time.sleep(0.1)
    return base64.b64decode(status["out-data"]).decode().split()


def here(pid):
    ask = subprocess.run(["nsenter", "-t", pid, "-a", "sh", "-c", ASK], check=True, capture_output=True, text=True)
    return ask.stdout.split()


def row(answers, **more):
    return dict(zip(("kernel", "boot_id", "pid_namespace"), answers), **more)


def rss(pid):
    return int(subprocess.run(["ps", "-o", "rss=", "-p", pid], check=True, capture_output=True, text=True).stdout)


qemu = open("/run/libvirt/qemu/smartgo_01.pid").read().strip()
answers = {
    "host": row(here("1")),
    "container": row(here(container), memory_kib=rss(container)),
    "guest": row(inside(), memory_kib=rss(qemu)),
    "own_kernel": "guest",
    "proof": "boot_id",
}
json.dump(answers, open("/root/compare/compare.json", "w"), indent=2)
X
