# One whole installation, typed into the serial console that virt-install opens: nothing is asked for that a learner does not see.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
exec python3 - <<'END'
import os, pty, re, select, sys, time

COMMAND = [
    "virt-install", "--name", "smartgo3", "--osinfo", "linux2024", "--memory", "512", "--vcpus", "1",
    "--disk", "path=/var/lib/libvirt/images/smartgo3.img,size=8,format=qcow2", "--network", "network=default", "--graphics", "none",
    "--location", "/var/lib/libvirt/images/lab.iso", "--extra-args", "console=ttyS0 quiet",
]
DIALOGUE = [
    (r"Host name \[localhost\]: ", "smartgo3"),
    (r"Root password \(empty: none\): ", "ringside"),
    (r"The same again: ", "ringside"),
    (r"Disk to install on.*: ", ""),
    (r"Install smartgo3 on vda now\? \[Y/n\]: ", "y"),
    (r"smartgo3 login: ", "root"),
    (r"Password: ", "ringside"),
    (r"root@smartgo3.*# ", "tty > /root/seen; sync"),
    (r"root@smartgo3.*# ", None),
]
process, terminal = pty.fork()
if process == 0:
    os.execvp(COMMAND[0], COMMAND)
deadline = time.monotonic() + 570
heard = ""
for question, answer in DIALOGUE:
    while not (found := re.search(question, heard)):
        ready, _, _ = select.select([terminal], [], [], max(0, deadline - time.monotonic()))
        try:
            said = os.read(terminal, 4096) if ready else b""
        except OSError:
            said = b""
        if not said:
            sys.exit(f"no question like {question!r} came")
        sys.stdout.buffer.write(said)
        sys.stdout.flush()
        heard += said.decode(errors="replace")
    heard = heard[found.end():]
    if answer is not None:
        os.write(terminal, answer.encode() + b"\r")
# Ctrl+] leaves the console, and virt-install ends.
os.write(terminal, b"\x1d")
os.waitpid(process, 0)
END
