# Runs one shell command inside a guest through its agent. Reads {"guest", "command", "wait"} as JSON from standard input and
# prints {"status", "output"}, or {"problem"} when the guest could not be asked.
import base64
import json
import sys
import time

import libvirt
import libvirt_qemu

libvirt.registerErrorHandler(lambda *_: None, None)
asked = json.load(sys.stdin)
deadline = time.monotonic() + asked["wait"]
domain = libvirt.open("qemu:///system").lookupByName(asked["guest"])


def agent(execute, **arguments):
    question = json.dumps({"execute": execute, "arguments": arguments})
    return json.loads(libvirt_qemu.qemuAgentCommand(domain, question, 5, 0))["return"]


def done(**answer):
    print(json.dumps(answer))
    sys.exit(0)


# A guest that has just been started takes its time until it answers.
while True:
    try:
        agent("guest-ping")
        break
    except libvirt.libvirtError as error:
        if time.monotonic() > deadline:
            done(problem=f"the agent in {asked['guest']} does not answer: {error}")
    time.sleep(1)

# As typed at the guest's prompt: a login shell in root's home, both streams together.
words = ["-lc", f"exec 2>&1; cd\n{asked['command']}"]
pid = agent("guest-exec", path="/bin/bash", arg=words, **{"capture-output": True})["pid"]
while True:
    try:
        status = agent("guest-exec-status", pid=pid)
        if status["exited"]:
            output = base64.b64decode(status.get("out-data", "")).decode(errors="replace")
            done(status=status.get("exitcode", 128 + status.get("signal", 0)), output=output)
    except libvirt.libvirtError as error:
        if not domain.isActive():
            done(status=0, output="(the guest went off)")
        # An agent that was started again does not know the command of the one before it.
        if "PID" in str(error):
            done(status=0, output="(the guest was started again)")
    if time.monotonic() > deadline:
        done(problem=f"no end within {asked['wait']} s")
    time.sleep(0.3)
