/** Files and definitions of a real host: what only a real one can show. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { definitionNames, readDefinition, writeDefinition } from "../../lab-server/files/definitions.ts";
import { filesOf, type HostFiles } from "../../lab-server/files/host-files.ts";
import type { Host } from "../../lab-server/hosts/backend.ts";
import { openRealBackend, type RealBackend } from "../support/real-backend.ts";

let real: RealBackend;
let host: Host;
let files: HostFiles;
before(async () => {
  real = await openRealBackend();
  host = await real.backend.create({ template: "running" });
  files = filesOf(host);
});
after(() => real.close());

const said = async (command: string): Promise<string> => (await host.exec(command)).stdout.trim();
async function* body(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

test("a file of several megabytes comes back, with a name of any kind, and another content is another version", async () => {
  const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 256));
  const path = '/root/it\'s\n"one" 虚拟机';
  const { version } = await files.write(path, "new", body(content.subarray(0, 1_000_000), content.subarray(1_000_000)));
  const pieces: Buffer[] = [];
  for await (const piece of (await files.download(path)).stream) pieces.push(piece);
  assert.deepEqual(Buffer.concat(pieces), content);
  assert.ok((await files.list("/root")).entries.some(({ name }) => `/root/${name}` === path));
  await said("echo theirs > /root/it*");
  await assert.rejects(files.write(path, version, body(Buffer.from("mine"))), { code: "file_changed" });
  assert.equal(await said("cat /root/it*"), "theirs");
});

test("a pipe, /dev/zero, a protected file, a full disk, too much: each has its name, and leaves nothing behind", async () => {
  await said(
    "mkdir /root/t; mkfifo /root/t/pipe; echo kept > /root/t/kept; cp /root/t/kept /root/t/fixed; chattr +i /root/t/fixed; mkdir /root/full; mount -t tmpfs -o size=256k none /root/full; echo kept > /root/full/kept",
  );
  const megabyte = Buffer.alloc(1024 * 1024, 7);
  await assert.rejects(files.readText("/root/t/pipe"), { code: "special_file" });
  await assert.rejects(files.download("/dev/zero"), { code: "special_file" });
  await assert.rejects(files.write("/root/t/fixed", "any", body(Buffer.from("x"))), { code: "no_permission" });
  await assert.rejects(files.write("/root/full/kept", "any", body(megabyte)), { code: "host_disk_full" });
  await assert.rejects(files.write("/root/t/kept", "any", body(...Array.from({ length: 40 }, () => megabyte))), { code: "too_large" });
  assert.equal(await said("cat /root/full/kept /root/t/kept; ls -A /root/full /root/t"), "kept\nkept\n/root/full:\nkept\n\n/root/t:\nfixed\nkept\npipe");
});

test("a frozen host wakes for its files, and one whose file server was ended gives a new one", async () => {
  await host.freeze();
  assert.equal((await files.readText("/root/t/kept")).text, "kept\n");
  assert.equal(host.state, "running");
  await host.exec("pkill -f 'root@internal-sftp' || pkill -f internal-sftp || true");
  const again = async (): Promise<string> => (await files.readText("/root/t/kept")).text;
  assert.equal(await again().catch(again), "kept\n");
});

test("a definition is read and written as virsh edit does, and libvirt's refusal comes with its line", async () => {
  assert.deepEqual(await definitionNames(host), { guest: ["smartgo_01"], network: ["default"], pool: [] });
  const { xml, version } = await readDefinition(host, "guest", "smartgo_01");
  assert.match(xml, /^<domain type='kvm'/);
  const line = xml.split("\n").findIndex((text) => text.includes("<on_reboot>")) + 1;
  const foreign = await writeDefinition(host, "guest", "smartgo_01", version, xml.replace("<on_reboot>", "<on_foo/><on_reboot>"));
  assert.equal(foreign.outcome, "refused");
  assert.ok(foreign.outcome === "refused" && /extra content: on_foo/.test(foreign.message), JSON.stringify(foreign));
  assert.equal(foreign.outcome === "refused" && foreign.faults.at(-1)?.line, line);
  const broken = await writeDefinition(host, "guest", "smartgo_01", version, xml.replace("</on_reboot>", "</on_rebot>"));
  assert.equal(broken.outcome === "refused" && broken.faults[0]?.line, line);

  const defined = await writeDefinition(host, "guest", "smartgo_01", version, xml.replace("current='1'>4<", "current='2'>4<"));
  assert.equal(defined.outcome, "defined");
  assert.equal(await said("virsh -q vcpucount smartgo_01 --config --current"), "2");
  await assert.rejects(writeDefinition(host, "guest", "smartgo_01", version, xml), { code: "file_changed" });
  await assert.rejects(readDefinition(host, "guest", "smart'; reboot"), { code: "no_such_file" });
  const network = await readDefinition(host, "network", "default");
  assert.equal((await writeDefinition(host, "network", "default", network.version, network.xml)).outcome, "defined");
});
