/**
 * Boots the host image once, asks it verify.sh's questions, starts its guest, and saves the running machine:
 * memory in a file, devices in another, disk as an overlay. Called by build.sh, which made the images.
 *
 *   node save-template.ts --images DIR --cache DIR --accelerator auto|kvm|tcg --verify FILE --memory MIB --vcpus N
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  createWriteStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { chooseAccelerator } from "../lab-server/hosts/qemu/accelerator.ts";
import { qemuArguments } from "../lab-server/hosts/qemu/args.ts";
import { HOST_GROUP } from "../lab-server/hosts/qemu/backend.ts";
import { templateFiles, templatesFolder } from "../lab-server/hosts/qemu/files.ts";
import { GuestAgent } from "../lab-server/hosts/qemu/guest-agent.ts";
import { isAlive, killProcess, type ProcessIdentity, spawnQemu } from "../lab-server/hosts/qemu/process.ts";
import { Qmp } from "../lab-server/hosts/qemu/qmp.ts";
import { currentTemplate, type TemplateManifest } from "../lab-server/hosts/qemu/template.ts";
import { opensMemoryReadOnly, qemuVersion } from "../lab-server/hosts/qemu/version.ts";

// The starting state that the exercises of chapter seven begin in.
const NAME = "running";
const { values } = parseArgs({
  options: {
    images: { type: "string" },
    cache: { type: "string" },
    accelerator: { type: "string", default: "auto" },
    verify: { type: "string" },
    memory: { type: "string" },
    vcpus: { type: "string" },
  },
});
const { images, cache, verify } = values;
const accelerator = values.accelerator;
if (images === undefined || cache === undefined || verify === undefined || !(accelerator === "auto" || accelerator === "kvm" || accelerator === "tcg")) {
  throw new Error("expected --images, --cache, --verify, --memory, --vcpus and --accelerator auto|kvm|tcg");
}
const memoryMiB = Number(values.memory);
const vcpus = Number(values.vcpus);

const version = qemuVersion();
const choice = await chooseAccelerator(accelerator, process.env["RINGSIDE_UNSAFE_NESTING"] === "true");
const kind = choice.view.kind;
const started = performance.now();
const say = (text: string): void => console.log(`${String(Math.round((performance.now() - started) / 1000)).padStart(4)}s  template: ${text}`);

const questions = readFileSync(verify, "utf8");
const recipe = createHash("sha256")
  .update([basename(images), version, kind, memoryMiB, vcpus, questions, readFileSync(import.meta.filename, "utf8")].join("\0"))
  .update(qemuArguments.toString())
  .digest("hex")
  .slice(0, 12);
const finished = join(templatesFolder(cache), `${NAME}-${kind}-${recipe}`);
const link = currentTemplate(cache, NAME, kind);

/** Reads the guest's serial console until its prompt appears, without taking it from anybody: nobody is there yet. */
const WAIT_FOR_PROMPT = `
import libvirt, signal, sys
signal.alarm(170)
stream = (connection := libvirt.open('qemu:///system')).newStream(0)
connection.lookupByName('smartgo_01').openConsole(None, stream, 0)
seen = b''
while b'root@smartgo_01 ' not in seen:
    chunk = stream.recv(4096)
    if not chunk:
        sys.exit(seen.decode(errors='replace')[-500:])
    seen += chunk
`;

async function save(): Promise<void> {
  const folder = mkdtempSync(join(templatesFolder(cache as string), ".making-"));
  const files = templateFiles(folder);
  let qemu: ProcessIdentity | undefined;
  const cleanUp = async (): Promise<void> => {
    if (qemu !== undefined) await killProcess(qemu);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void cleanUp().then(() => process.exit(130)));
  try {
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", join(images as string, "host.raw"), "-F", "raw", files.disk]);
    const socket = (name: string): string => join(folder, name);
    qemu = spawnQemu({
      args: qemuArguments({
        accelerator: kind,
        vcpus,
        memoryMiB,
        ram: { path: files.ram, mode: "shared", readOnlyFile: false },
        disk: files.disk,
        qmp: socket("qmp"),
        agent: socket("agent"),
        generation: "auto",
        boot: { kernel: join(images as string, "vmlinuz"), initrd: join(images as string, "initrd"), serialLog: socket("serial.log") },
      }),
      log: socket("qemu.log"),
      addressSpaceMiB: memoryMiB + 3_072,
    });
    const bootBegan = performance.now();
    const qmp = await Qmp.connect(socket("qmp"), 20_000).catch((thrown: unknown) => {
      throw new Error(`QEMU did not start: ${readFileSync(socket("qemu.log"), "utf8").trim().split("\n").at(-1)}`, { cause: thrown });
    });
    say("booting the host");
    const agent = await GuestAgent.connect(socket("agent"), 240_000).catch((thrown: unknown) => {
      throw new Error(`the host did not come up; its console ended with:\n${tail(socket("serial.log"))}`, { cause: thrown });
    });
    const hostBootMs = performance.now() - bootBegan;
    await ask(agent, "host");
    say("starting the guest");
    const guestBegan = performance.now();
    const start = await agent.exec("/usr/bin/virsh", ["-q", "-c", "qemu:///system", "start", "smartgo_01"], "", 120_000);
    if (start.code !== 0) throw new Error(`virsh start smartgo_01 failed: ${start.stderr}`);
    // The prompt is what a person waits for: it is read on the serial console, as they would.
    const prompt = await agent.exec("/usr/bin/python3", ["-c", WAIT_FOR_PROMPT], "", 180_000);
    if (prompt.code !== 0) throw new Error(`smartgo_01 showed no prompt: ${prompt.stdout.slice(-500)}${prompt.stderr.slice(-300)}`);
    const guestBootMs = performance.now() - guestBegan;
    say(`smartgo_01 at its prompt after ${(guestBootMs / 1000).toFixed(1)} s`);
    await ask(agent, "guest");
    // Programs that every clone runs at once are in its memory already.
    await agent.exec(
      "/bin/sh",
      [
        "-c",
        "sshd -t -f /etc/lab/sshd_config; bash -lic true; virsh -q -c qemu:///system list; /usr/lib/lab/wake-guests; sync; echo 1 > /proc/sys/vm/drop_caches; bash -lic true; virsh -q -c qemu:///system list; journalctl --rotate -q; cat /usr/sbin/sshd /usr/lib/openssh/* > /dev/null",
      ],
      "",
      60_000,
    );
    await delay(3_000);
    agent.close();

    say("saving");
    await qmp.execute("migrate-set-capabilities", { capabilities: [{ capability: "x-ignore-shared", state: true }] });
    await qmp.execute("stop");
    // QEMU may start no process (-sandbox), and before 8.2 an outgoing state takes no inherited descriptor: a socket serves every version.
    const written = receiveInto(files.state, socket("state.sock"));
    await qmp.execute("migrate", { uri: `unix:${socket("state.sock")}` });
    for (;;) {
      const { status, "error-desc": error } = await qmp.execute<{ status?: string; "error-desc"?: string }>("query-migrate");
      if (status === "completed") break;
      if (status === "failed") throw new Error(`QEMU could not save the state: ${error ?? "no reason given"}`);
      await delay(50);
    }
    await written;
    await qmp.execute("quit").catch(() => {});
    while (isAlive(qemu)) await delay(20);
    qemu = undefined;
    execFileSync("sync", [files.ram, files.state, files.disk]);
    for (const name of ["qmp", "agent", "state.sock"]) rmSync(socket(name), { force: true });
    share(files.ram, files.state, files.disk, folder);
    const manifest: TemplateManifest = {
      name: NAME,
      accelerator: kind,
      qemuVersion: version,
      vcpus,
      memoryMiB,
      hostBootMs: Math.round(hostBootMs),
      guestBootMs: Math.round(guestBootMs),
      ramSavedAtMs: statSync(files.ram).mtimeMs,
      createdAt: new Date().toISOString(),
    };
    writeFileSync(files.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
    renameSync(folder, finished);
    say(`${recipe} for ${kind} is ready`);
  } catch (thrown) {
    await cleanUp();
    throw thrown;
  }
}

/** Listens on a unix socket and writes what one sender sends into a file; resolves when it is whole. */
function receiveInto(path: string, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((sender) => {
      server.close();
      pipeline(sender, createWriteStream(path)).then(resolve, reject);
    });
    server.on("error", reject);
    server.listen(socket);
  });
}

/** Runs verify.sh in the host and prints its answers. */
async function ask(agent: GuestAgent, part: "host" | "guest"): Promise<void> {
  const result = await agent.exec("/bin/bash", ["-s", "--", part], questions, 300_000);
  for (const line of result.stdout.trimEnd().split("\n")) say(line);
  if (result.code !== 0) throw new Error(`the ${part} is not ready: ${result.stdout.slice(result.stdout.lastIndexOf("FAILED")).trim()}${result.stderr}`);
}

/** Lets the QEMU processes of hosts read the template; see `HOST_GROUP`. */
function share(ram: string, state: string, disk: string, folder: string): void {
  chmodSync(state, 0o444);
  chmodSync(disk, 0o444);
  chmodSync(folder, 0o755);
  if (process.getuid?.() === 0) chownSync(ram, 0, HOST_GROUP);
  chmodSync(ram, opensMemoryReadOnly(version) ? 0o440 : 0o660);
}

function tail(path: string): string {
  return readFileSync(path, "latin1").split("\n").slice(-12).join("\n");
}

try {
  if (existsSync(finished)) {
    say(`${recipe} for ${kind}: there already`);
  } else {
    say(choice.log);
    await save();
  }
  if (!existsSync(link) || readlinkSync(link) !== basename(finished)) {
    rmSync(`${link}.new`, { force: true });
    symlinkSync(basename(finished), `${link}.new`);
    renameSync(`${link}.new`, link);
  }
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
