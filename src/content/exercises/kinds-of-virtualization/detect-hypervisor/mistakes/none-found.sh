# expect: host, guest
# host: shared
# lscpu was searched for an English word in another language, nothing was found, and so nothing is there.
set -eu
export LC_ALL=C
python3 -I - <<'X'
import base64, glob, json, os, re, subprocess, time
import libvirt, libvirt_qemu

guest = libvirt.open("qemu:///system").lookupByName("smartgo_01")


def agent(command, **arguments):
    return json.loads(libvirt_qemu.qemuAgentCommand(guest, json.dumps({"execute": command, "arguments": arguments}), 10, 0))["return"]


def inside(command):
    pid = agent("guest-exec", path="/bin/sh", arg=["-c", command], **{"capture-output": True})["pid"]
    while not (status := agent("guest-exec-status", pid=pid))["exited"]:
        time.sleep(0.1)
    return base64.b64decode(status["out-data"]).decode()


def here(command):
    return subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True).stdout


def row(ask, name):
    booted = re.search(r"Booting paravirtualized kernel on (.*)", ask("dmesg"))
    drivers = ask("readlink /sys/bus/virtio/devices/*/driver || true")
    return {"hypervisor": name, "kernel_says": booted[1], "virtio": [os.path.basename(one) for one in drivers.split()]}


vendor = re.search(r"Hypervisor vendor: *(.*)", inside("LC_ALL=C lscpu"))
kvm = json.loads(libvirt_qemu.qemuMonitorCommand(guest, '{"execute": "query-kvm"}', 0))["return"]
answers = {
    "host": row(here, "none"),
    "guest": row(inside, "none"),
    "guest_accelerator": "kvm" if kvm["enabled"] else "tcg",
}
json.dump(answers, open("/root/detect/detect.json", "w"), indent=2)
X
