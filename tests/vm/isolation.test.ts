import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { after, before, test } from "node:test";
import type { Host } from "../../lab-server/hosts/backend.ts";
import { hostFiles } from "../../lab-server/hosts/qemu/files.ts";
import { readRecord } from "../../lab-server/hosts/qemu/record.ts";
import { openRealBackend, type RealBackend } from "../support/real-backend.ts";

let real: RealBackend;
let host: Host;
let other: Host;
let listener: Server;
let listenerPort = 0;

before(async () => {
  real = await openRealBackend();
  host = await real.backend.create({ template: "running" });
  other = await real.backend.create({ template: "running" });
  // Something that would answer if it could be reached.
  listener = createServer((socket) => socket.end("reached\n"));
  await new Promise<void>((resolve) => listener.listen(0, "0.0.0.0", resolve));
  const address = listener.address();
  assert.ok(typeof address === "object" && address !== null);
  listenerPort = address.port;
});
after(async () => {
  listener.close();
  await real.close();
});

const record = (of: Host) => readRecord(hostFiles(real.stateDir, of.id));

test("root in a host scans the node, its neighbours and the world, and nothing answers", async () => {
  const neighbourPort = record(other)?.access?.port;
  assert.ok(neighbourPort !== undefined);
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family }) => family === "IPv4")
    .map(({ address }) => address)
    .filter((address) => !address.startsWith("127."));
  // 192.0.2.1 is nobody's address (RFC 5737): it stands for the world.
  const addresses = ["10.0.2.2", "10.0.2.3", "10.0.2.4", "192.0.2.1", ...own];
  const ports = [22, 53, 80, 443, 4680, listenerPort, neighbourPort];
  const scan = `
ip route replace default via 10.0.2.2
cat > /tmp/scan.py <<'PY'
import socket, sys
addresses, ports = sys.argv[1].split(','), [int(p) for p in sys.argv[2].split(',')]
pending = []
for address in addresses:
    for port in ports:
        s = socket.socket(); s.setblocking(False)
        try: s.connect((address, port))
        except BlockingIOError: pass
        pending.append((s, address, port))
import select, time
until = time.time() + 6
while pending and time.time() < until:
    _, ready, _ = select.select([], [p[0] for p in pending], [], 0.5)
    for s, address, port in [p for p in pending if p[0] in ready]:
        pending = [p for p in pending if p[0] is not s]
        if s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0: print('tcp', address, port)
# A name server that answers is a way out.
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(3)
for address in addresses:
    s.sendto(bytes.fromhex('123401000001000000000000076578616d706c6503636f6d0000010001'), (address, 53))
try: print('udp', s.recvfrom(512)[1])
except OSError: pass
print('scanned', len(addresses) * len(ports))
PY
python3 /tmp/scan.py ${addresses.join(",")} ${ports.join(",")}
`;
  const result = await host.exec(scan, { timeoutMs: 60_000 });
  assert.equal(result.stdout.trim(), `scanned ${addresses.length * ports.length}`, result.stdout + result.stderr);
});

test("the same scan finds what is there: the host's own sshd", async () => {
  const result = await host.exec("timeout 3 bash -c 'exec 3<>/dev/tcp/10.0.2.15/22; head -c 7 <&3'");
  assert.equal(result.stdout, "SSH-2.0");
});

test("QEMU runs without privileges, without a way to gain them, and confined", () => {
  const pid = record(host)?.process?.pid;
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "";
  assert.equal(field("NoNewPrivs"), "1");
  assert.equal(field("Seccomp"), "2");
  assert.equal(field("CapEff"), "0000000000000000");
  if (process.getuid?.() === 0) {
    const uidOf = (text: string): number => Number(/^Uid:\s+(\d+)/m.exec(text)?.[1]);
    assert.ok(uidOf(status) >= 1_900_000_000, `uid ${uidOf(status)}`);
    const otherStatus = readFileSync(`/proc/${record(other)?.process?.pid}/status`, "utf8");
    assert.notEqual(uidOf(otherStatus), uidOf(status), "each host has a user of its own");
  }
  const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
  assert.match(limits, /Max core file size\s+0/);
  assert.doesNotMatch(limits, /Max address space\s+unlimited/);
});

test("nobody but the server may read a host's key", () => {
  for (const name of readdirSync(`${real.stateDir}/hosts`).filter((entry) => entry.endsWith(".json"))) {
    const said = readFileSync(`${real.stateDir}/hosts/${name}`, "utf8");
    assert.match(said, /OPENSSH PRIVATE KEY/);
  }
  const { mode } = statSync(hostFiles(real.stateDir, host.id).record);
  assert.equal(mode & 0o777, 0o600);
});
