set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cd /var/lib/libvirt/images
for name in emulated paravirtual; do qemu-img create -q -f raw "$name.img" 64M; done
virsh attach-disk smartgo_01 "$PWD/emulated.img" sda --targetbus sata --config
virsh attach-disk smartgo_01 "$PWD/paravirtual.img" vdb --targetbus virtio --config
virsh start smartgo_01
deadline=$((SECONDS + 300))
until virsh qemu-agent-command --timeout 2 smartgo_01 '{"execute":"guest-ping"}' > /dev/null 2>&1; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "smartgo_01 did not come up within 300 s" >&2
    exit 1
  fi
  # Until its agent comes, or ten seconds are over: asking costs time of the processor on which the guest boots.
  virsh event --domain smartgo_01 --event agent-lifecycle --timeout 10 >/dev/null 2>&1 || true
done
cat > /tmp/inside.py <<'END'
import base64, json, sys, time, libvirt, libvirt_qemu
domain = libvirt.open("qemu:///system").lookupByName("smartgo_01")
def agent(command, **arguments):
    return json.loads(libvirt_qemu.qemuAgentCommand(domain, json.dumps({"execute": command, "arguments": arguments}), 20, 0))["return"]
pid = agent("guest-exec", path="/bin/sh", arg=["-c", sys.argv[1]], **{"capture-output": True})["pid"]
while not (status := agent("guest-exec-status", pid=pid))["exited"]:
    time.sleep(0.5)
sys.stdout.write(base64.b64decode(status.get("out-data", "")).decode())
sys.exit(status["exitcode"])
END
inside() { python3 /tmp/inside.py "$1"; }
exits() { virsh domstats smartgo_01 --vcpu | awk -F= '/mmio_exits.sum/ { sum += $2 } END { print sum + 0 }'; }
write() { inside "dd if=/dev/zero of=/dev/$1 bs=4k count=200 oflag=direct 2>&1; udevadm settle" | awk '/copied/ { print $(NF - 3) }'; }
inside 'modprobe ahci; for i in $(seq 60); do [ -b /dev/sda ] && exit 0; sleep 1; done; exit 1'
before=$(exits)
sata=$(write sda)
between=$(exits)
virtio=$(write vdb)
after=$(exits)
mkdir -p /root/io
printf '{"sata": {"mmio_exits": %s, "seconds": %s}, "virtio": {"mmio_exits": %s, "seconds": %s}}\n' \
  "$((between - before))" "$sata" "$((after - between))" "$virtio" > /root/io/io.json
