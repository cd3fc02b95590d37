"""Prints as JSON what libvirt knows, what QEMU says to given monitor commands, and what guests answer to given commands.

Its one argument: {"monitor": {key: [guest, command]}, "inside": {key: [guest, shell command]}, "seconds": patience with a guest}.
Exit status 0 whatever guests do; another one only where libvirt itself does not answer.
"""
import sys

# Started without the site module, which costs time on an emulated CPU.
sys.path.append("/usr/lib/python3/dist-packages")
import base64
import json
import threading
import time

import libvirt
import libvirt_qemu

# How long a guest may take to open the channel of its agent.
AWAY_SECONDS = 4

wanted = json.loads(sys.argv[1])
libvirt.registerErrorHandler(lambda context, error: None, None)
connection = libvirt.open("qemu:///system")


def attempt(read, otherwise=None):
    """The one place where a domain, network or pool may vanish between two questions."""
    try:
        return read()
    except libvirt.libvirtError:
        return otherwise


def guest(domain):
    state, reason = domain.state()
    persistent = domain.isPersistent()
    return {
        "name": domain.name(), "uuid": domain.UUIDString(), "id": domain.ID(), "state": state, "reason": reason,
        "persistent": bool(persistent), "autostart": bool(attempt(domain.autostart, 0)), "saved": bool(attempt(domain.hasManagedSaveImage, 0)),
        "live": domain.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE) if domain.isActive() else None,
        "config": domain.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE | libvirt.VIR_DOMAIN_XML_INACTIVE) if persistent else None,
        "snapshots": attempt(lambda: [s.getName() for s in domain.listAllSnapshots()], []),
    }


def network(net):
    return {
        "name": net.name(), "active": bool(net.isActive()), "persistent": bool(net.isPersistent()), "autostart": bool(attempt(net.autostart, 0)),
        "live": net.XMLDesc() if net.isActive() else None,
        "config": net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE) if net.isPersistent() else None,
        "leases": [{"mac": lease["mac"], "address": lease["ipaddr"], "hostname": lease.get("hostname") or ""} for lease in attempt(net.DHCPLeases, []) or []],
    }


def pool(one):
    volumes = attempt(one.listAllVolumes, []) if one.isActive() else []
    return {
        "name": one.name(), "active": bool(one.isActive()), "persistent": bool(one.isPersistent()), "autostart": bool(attempt(one.autostart, 0)),
        "xml": one.XMLDesc(),
        "volumes": [volume for volume in (attempt(lambda v=v: {"name": v.name(), "path": v.path(), "xml": v.XMLDesc()}) for v in volumes) if volume],
    }


def every(things, read):
    return [fact for fact in (attempt(lambda thing=thing: read(thing)) for thing in things) if fact]


def monitor(name, command):
    try:
        return {"answer": json.loads(libvirt_qemu.qemuMonitorCommand(connection.lookupByName(name), json.dumps(command), 0))["return"]}
    except (libvirt.libvirtError, KeyError, ValueError) as error:
        return {"error": str(error)}


def comes(domain, error, away):
    """Whether an agent that gave no answer may still give one, so that patience helps.

    A guest that does not run, or has no channel for an agent, has none. A guest whose agent has not opened the channel still boots, which takes
    longer than anybody would wait for a check, or has no agent: it gets a short while, until `away`.
    """
    if error.get_error_code() in (libvirt.VIR_ERR_OPERATION_INVALID, libvirt.VIR_ERR_ARGUMENT_UNSUPPORTED):
        return False
    return time.monotonic() < away or "name='org.qemu.guest_agent.0' state='connected'" in attempt(domain.XMLDesc, "")


def agent(domain, deadline, command, **arguments):
    """One question to the agent; asked again while the answer may still come."""
    away = time.monotonic() + AWAY_SECONDS
    while True:
        try:
            return json.loads(libvirt_qemu.qemuAgentCommand(domain, json.dumps({"execute": command, "arguments": arguments}), 5, 0))["return"]
        except libvirt.libvirtError as error:
            if time.monotonic() >= deadline or not comes(domain, error, away):
                raise
            time.sleep(0.5)


def inside(name, command, deadline):
    try:
        domain = connection.lookupByName(name)
        if not domain.isActive():
            return {"error": "not running"}
        pid = agent(domain, deadline, "guest-exec", path="/bin/sh", arg=["-c", command], **{"capture-output": True})["pid"]
        # Each question takes something of the processor on which the command itself computes.
        pause = 0.1
        while True:
            status = agent(domain, deadline, "guest-exec-status", pid=pid)
            if status["exited"]:
                text = base64.b64decode(status.get("out-data", "")).decode(errors="replace")
                return {"status": status.get("exitcode", 128 + status.get("signal", 0)), "output": text[:16384]}
            if time.monotonic() >= deadline:
                return {"error": "no end in time"}
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)
    except libvirt.libvirtError as error:
        return {"error": str(error)}


answer = {"inside": {}}
deadline = time.monotonic() + wanted["seconds"]


def ask_inside(key, name, command):
    answer["inside"][key] = inside(name, command, deadline)


# Guests think side by side; a guest that is booting does not keep the others waiting.
threads = [threading.Thread(target=ask_inside, args=(key, *question)) for key, question in wanted["inside"].items()]
for thread in threads:
    thread.start()
answer["guests"] = every(connection.listAllDomains(), guest)
answer["networks"] = every(connection.listAllNetworks(), network)
answer["pools"] = every(connection.listAllStoragePools(), pool)
answer["monitor"] = {key: monitor(*question) for key, question in wanted["monitor"].items()}
for thread in threads:
    thread.join()
print(json.dumps(answer))
