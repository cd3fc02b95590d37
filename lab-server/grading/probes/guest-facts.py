"""Prints as one JSON object what libvirt, QEMU and the guest itself say about one guest.

Runs as root in the learner's host: python3 -c THIS NAME PART. PART is `all`, or `run` for nothing but what tells
one run of the guest from another. Each witness speaks in its own unit (libvirt KiB, QEMU bytes, the guest's kernel
kB); the reader converts. A fact that its witness did not give is left out, and `silent` names the witness and what
went wrong.
"""
import binascii
import json
import sys
import time

import libvirt
import libvirt_qemu
import pyexpat

SETTLE_SECONDS = 3.0
STEP_SECONDS = 0.2
AGENT_SECONDS = 3

STATES = {1: "running", 2: "running", 3: "paused", 4: "shutting-down", 5: "shut-off", 6: "crashed", 7: "suspended"}

name, part = sys.argv[1:3]
facts = {}
silent = {}


def ask(witness, question):
    """The answer of a witness; after its first failure it is not asked again."""
    if witness in silent:
        return None
    try:
        return question()
    except (libvirt.libvirtError, OSError, ValueError, KeyError, IndexError) as error:
        silent[witness] = str(error)
        return None


def keep(fact, value):
    if value is not None:
        facts[fact] = value


def qmp(command):
    return ask("qemu", lambda: json.loads(libvirt_qemu.qemuMonitorCommand(domain, '{"execute":"%s"}' % command, 0))["return"])


def agent(command, **arguments):
    request = {"execute": command}
    if arguments:
        request["arguments"] = arguments
    return ask("agent", lambda: json.loads(libvirt_qemu.qemuAgentCommand(domain, json.dumps(request), AGENT_SECONDS, 0))["return"])


def guest_file(path):
    handle = agent("guest-file-open", path=path, mode="r")
    if handle is None:
        return None
    content = agent("guest-file-read", handle=handle, count=4096)
    agent("guest-file-close", handle=handle)
    return None if content is None else binascii.a2b_base64(content["buf-b64"]).decode()


def online_cpus():
    answer = agent("guest-get-vcpus")
    return None if answer is None else sum(1 for cpu in answer if cpu["online"])


def balloon_bytes():
    answer = qmp("query-balloon")
    return None if answer is None else answer["actual"]


def mem_total():
    text = guest_file("/proc/meminfo")
    return None if text is None else int(text.split("MemTotal:")[1].split()[0])


def config_memory(xml):
    """<currentMemory> of a definition; libvirt always writes it in KiB."""
    path, text = [], []
    parser = pyexpat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: path.append(tag)
    parser.EndElementHandler = lambda tag: path.pop()
    parser.CharacterDataHandler = lambda data: text.append(data) if path == ["domain", "currentMemory"] else None
    parser.Parse(xml, True)
    return int("".join(text))


def qemu_process():
    with open("/run/libvirt/qemu/%s.pid" % name) as file:
        pid = int(file.read())
    with open("/proc/%d/stat" % pid) as file:
        started = file.read().rpartition(")")[2].split()[19]
    return {"pid": pid, "startTicks": int(started)}


def read_config():
    flag = libvirt.VIR_DOMAIN_AFFECT_CONFIG
    if ask("libvirt", domain.isPersistent):
        keep("configVcpus", ask("libvirt", lambda: domain.vcpusFlags(flag)))
        keep("configKiB", ask("libvirt", lambda: config_memory(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))))


def read_run():
    """Which run of the guest this is."""
    keep("qemuProcess", ask("host", qemu_process))
    boot_id = guest_file("/proc/sys/kernel/random/boot_id")
    keep("bootId", None if boot_id is None else boot_id.strip())


def read_sizes():
    """CPUs and memory. Where the witnesses do not agree yet, or a value still moves, they get a few seconds to settle."""
    balloon = balloon_bytes()
    cpus = qmp("query-cpus-fast")
    vcpus = None if cpus is None else len(cpus)
    online = online_cpus()
    memory = mem_total()

    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        before, balloon = balloon, balloon_bytes()
        info = ask("libvirt", domain.info)
        moving = balloon is not None and (balloon != before or (info is not None and info[2] != balloon // 1024))
        waking = vcpus is not None and online is not None and online < vcpus
        if not (moving or waking) or time.monotonic() > deadline:
            break
        time.sleep(STEP_SECONDS)
        if moving:
            memory = mem_total()
        if waking:
            online = online_cpus()
    keep("qemuVcpus", vcpus)
    keep("guestOnlineCpus", online)
    keep("balloonBytes", balloon)
    keep("guestTotalKiB", memory)
    if info is not None:
        facts["maximumKiB"], facts["libvirtKiB"] = info[1], info[2]
    live = libvirt.VIR_DOMAIN_AFFECT_LIVE
    keep("liveVcpus", ask("libvirt", lambda: domain.vcpusFlags(live)))
    keep("maximumVcpus", ask("libvirt", lambda: domain.vcpusFlags(live | libvirt.VIR_DOMAIN_VCPU_MAXIMUM)))


libvirt.registerErrorHandler(lambda context, error: None, None)
try:
    connection = libvirt.open("qemu:///system")
    try:
        domain = connection.lookupByName(name)
        facts["state"] = STATES.get(domain.state()[0], "unknown")
    except libvirt.libvirtError as error:
        if error.get_error_code() != libvirt.VIR_ERR_NO_DOMAIN:
            raise
        facts["state"] = "absent"
except libvirt.libvirtError as error:
    silent["libvirt"] = str(error)

if facts.get("state") == "running":
    read_run()
if part == "all" and facts.get("state", "absent") != "absent":
    read_config()
    if facts["state"] == "running":
        read_sizes()
print(json.dumps({"facts": facts, "silent": silent}))
