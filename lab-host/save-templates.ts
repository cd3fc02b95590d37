/**
 * Boots the host image once, leads it through the starting states, asks verify.sh's questions in each, and saves each as a
 * template: memory in a file, devices in another, disk as an overlay. Called by build.sh, which made the images.
 *
 *   node save-templates.ts --image host|desktop --images DIR --cache DIR --accelerator auto|kvm|tcg --verify FILE
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { chooseAccelerator, thisNode } from "../lab-server/hosts/qemu/accelerator.ts";
import { type MachineSpec, qemuArguments } from "../lab-server/hosts/qemu/args.ts";
import { openEmulator } from "../lab-server/hosts/qemu/emulator.ts";
import { templateFiles, templatesFolder } from "../lab-server/hosts/qemu/files.ts";
import { GuestAgent } from "../lab-server/hosts/qemu/guest-agent.ts";
import { killProcess, type ProcessIdentity, spawnQemu } from "../lab-server/hosts/qemu/process.ts";
import { Qmp } from "../lab-server/hosts/qemu/qmp.ts";
import { currentTemplate, type TemplateManifest } from "../lab-server/hosts/qemu/template.ts";
import { HOST_MEMORY_MIB, HOST_VCPUS } from "./host-size.ts";
import { saveState } from "./save-state.ts";
import { STARTING_STATES, type StartingState } from "./starting-states.ts";

const { values } = parseArgs({
  options: {
    image: { type: "string" },
    images: { type: "string" },
    cache: { type: "string" },
    accelerator: { type: "string", default: "auto" },
    verify: { type: "string" },
  },
});
const { image, images, cache, verify, accelerator } = values;
const states = STARTING_STATES.filter((state) => state.image === image);
if (
  states.length === 0 ||
  images === undefined ||
  cache === undefined ||
  verify === undefined ||
  !(accelerator === "auto" || accelerator === "kvm" || accelerator === "tcg")
) {
  throw new Error("expected --image host|desktop, --images, --cache, --verify and --accelerator auto|kvm|tcg");
}

const emulator = openEmulator(cache);
const choice = await chooseAccelerator(accelerator, process.env["RINGSIDE_UNSAFE_NESTING"] === "true", thisNode(emulator.system));
const kind = choice.view.kind;
const memoryMiB = HOST_MEMORY_MIB;
const vcpus = HOST_VCPUS[kind];
/** The hosts with a desktop are made beside a lab that is in use, and may have to wait for every turn of the processor. */
const patience = image === "desktop" ? 4 : 1;
const started = performance.now();
const say = (text: string): void => console.log(`${String(Math.round((performance.now() - started) / 1000)).padStart(4)}s  templates: ${text}`);

const SERIAL_LOG = "serial.log";

/** The host that boots, with its files in `folder`. */
function machineIn(folder: string, imageFolder: string): MachineSpec {
  const file = (name: string): string => join(folder, name);
  return {
    accelerator: kind,
    vcpus,
    memoryMiB,
    ram: { path: file("ram"), mode: "shared" },
    disk: file("disk.qcow2"),
    qmp: file("qmp"),
    agent: file("agent"),
    generation: "auto",
    boot: { kernel: join(imageFolder, "vmlinuz"), initrd: join(imageFolder, "initrd"), serialLog: file(SERIAL_LOG) },
  };
}

const questions = readFileSync(verify, "utf8");
const recipe = createHash("sha256")
  .update([basename(images), emulator.version, kind, memoryMiB, vcpus, questions].join("\0"))
  .update(["save-templates.ts", "save-state.ts", "starting-states.ts"].map((name) => readFileSync(join(import.meta.dirname, name), "utf8")).join("\0"))
  .update(qemuArguments(machineIn("", "")).join("\0"))
  .digest("hex")
  .slice(0, 12);
const finished = (state: string): string => join(templatesFolder(cache), `${state}-${kind}-${recipe}`);

/** Reads a guest's serial console until its prompt appears, as a person would; without taking it from anybody: nobody is there yet. */
const WAIT_FOR_PROMPT = `
import libvirt, signal, sys
signal.alarm(int(sys.argv[2]))
name = sys.argv[1]
stream = (connection := libvirt.open('qemu:///system')).newStream(0)
connection.lookupByName(name).openConsole(None, stream, 0)
seen = b''
while b'root@' + name.encode() + b' ' not in seen:
    chunk = stream.recv(4096)
    if not chunk:
        sys.exit(seen.decode(errors='replace')[-500:])
    seen += chunk
`;

/** What a guest's QEMU does before its guest runs, as libvirt has it done. */
const START_QEMU =
  "echo quit | timeout 30 qemu-system-x86_64 -nodefaults -display none -monitor stdio -machine q35,accel=kvm -cpu host -m 64 -drive file=/var/lib/libvirt/images/debian-13-small.qcow2,if=none,id=disk,read-only=on -device virtio-blk-pci,drive=disk -netdev user,id=net -device virtio-net-pci,netdev=net,romfile= -device virtio-serial-pci -device virtio-rng-pci -device virtio-balloon-pci > /dev/null";
/** Programs that every clone runs at once are in its memory already, and what nobody needs is not. */
const WARM = [
  ...["sshd -t -f /etc/lab/sshd_config", "bash -lic true", "virsh -q -c qemu:///system list", "/usr/lib/lab/wake-guests"],
  ...["sync", "echo 1 > /proc/sys/vm/drop_caches"],
  ...["bash -lic true", "virsh -q -c qemu:///system list", START_QEMU, "journalctl --rotate -q", "cat /usr/sbin/sshd /usr/lib/openssh/* > /dev/null"],
].join("; ");

async function saveAll(work: string): Promise<void> {
  const spec = machineIn(work, images as string);
  const log = join(work, "qemu.log");
  execFileSync(emulator.image, ["create", "-q", "-f", "qcow2", "-b", join(images as string, "host.raw"), "-F", "raw", spec.disk]);
  qemu = spawnQemu({ program: emulator.system, args: qemuArguments(spec), log, addressSpaceMiB: memoryMiB + 3_072 });
  const bootBegan = performance.now();
  const qmp = await Qmp.connect(spec.qmp, 20_000).catch((thrown: unknown) => {
    throw new Error(`QEMU did not start: ${readFileSync(log, "utf8").trim().split("\n").at(-1)}`, { cause: thrown });
  });
  say("booting the host");
  const agent = await GuestAgent.connect(spec.agent, 240_000 * patience).catch((thrown: unknown) => {
    throw new Error(`the host did not come up; its console ended with:\n${tail(join(work, SERIAL_LOG))}`, { cause: thrown });
  });
  const hostBootMs = Math.round(performance.now() - bootBegan);
  await ask(agent, "host");
  await qmp.execute("migrate-set-capabilities", { capabilities: [{ capability: "x-ignore-shared", state: true }] });
  let guestBootMs: number | undefined;
  for (const state of states) {
    say(`${state.name}: getting there`);
    await inHost(agent, state.reach);
    for (const guest of state.starts) {
      const ms = await startGuest(agent, guest);
      guestBootMs ??= ms;
    }
    await ask(agent, state.name);
    await inHost(agent, WARM);
    await delay(3_000);
    const folder = join(work, state.name);
    mkdirSync(folder);
    const ramSavedAtMs = await saveState(qmp, { ram: spec.ram.path, disk: spec.disk }, folder);
    const manifest: TemplateManifest = {
      name: state.name,
      accelerator: kind,
      qemuVersion: emulator.version,
      vcpus,
      memoryMiB,
      hostBootMs,
      ...(guestBootMs === undefined ? {} : { guestBootMs }),
      ramSavedAtMs,
      createdAt: new Date().toISOString(),
    };
    writeFileSync(templateFiles(folder).manifest, `${JSON.stringify(manifest, null, 2)}\n`);
    say(`${state.name}: saved`);
    await inHost(agent, state.leave);
  }
  agent.close();
  await qmp.execute("quit").catch(() => {});
}

async function startGuest(agent: GuestAgent, guest: string): Promise<number> {
  const began = performance.now();
  const start = await agent.exec("/usr/bin/virsh", ["-q", "-c", "qemu:///system", "start", guest], "", 120_000 * patience);
  if (start.code !== 0) throw new Error(`virsh start ${guest} failed: ${start.stderr}`);
  const prompt = await agent.exec("/usr/bin/python3", ["-c", WAIT_FOR_PROMPT, guest, String(170 * patience)], "", 180_000 * patience);
  if (prompt.code !== 0) throw new Error(`${guest} showed no prompt: ${prompt.stdout.slice(-500)}${prompt.stderr.slice(-300)}`);
  const ms = Math.round(performance.now() - began);
  say(`${guest} at its prompt after ${(ms / 1000).toFixed(1)} s`);
  return ms;
}

async function inHost(agent: GuestAgent, script: string): Promise<void> {
  const { code, stderr } = await agent.exec("/bin/sh", ["-c", script], "", 120_000 * patience);
  if (code !== 0) throw new Error(`the host failed with ${code} at: ${script}\n${stderr}`);
}

/** Runs verify.sh in the host and prints its answers. */
async function ask(agent: GuestAgent, part: "host" | StartingState["name"]): Promise<void> {
  const result = await agent.exec("/bin/bash", ["-s", "--", part, String(patience)], questions, 300_000 * patience);
  for (const line of result.stdout.trimEnd().split("\n")) say(line);
  if (result.code !== 0) throw new Error(`${part} is not ready: ${result.stdout.slice(result.stdout.lastIndexOf("FAILED")).trim()}${result.stderr}`);
}

function tail(path: string): string {
  if (!existsSync(path)) return "(nothing)";
  return readFileSync(path, "latin1").split("\n").slice(-12).join("\n");
}

/** Points the name that servers look for at this recipe's template. */
function use(state: string): void {
  const link = currentTemplate(cache as string, state, kind);
  if (existsSync(link) && readlinkSync(link) === basename(finished(state))) return;
  rmSync(`${link}.new`, { force: true });
  symlinkSync(basename(finished(state)), `${link}.new`);
  renameSync(`${link}.new`, link);
}

/** Saves all states in a new folder and gives it. A host that fails on the way is looked at by nobody, so one more is tried. */
async function makeAll(parent: string): Promise<string> {
  for (let last = false; ; last = true) {
    work = mkdtempSync(join(parent, ".making-"));
    try {
      await saveAll(work);
      return work;
    } catch (thrown) {
      if (last) throw thrown;
      say(
        `${thrown instanceof Error ? thrown.message : String(thrown)}\n      The host's console ended with:\n${tail(join(work, SERIAL_LOG))}\n      Beginning again with a new host.`,
      );
      await cleanUp();
    }
  }
}

let qemu: ProcessIdentity | undefined;
let work: string | undefined;
async function cleanUp(): Promise<void> {
  if (qemu !== undefined) await killProcess(qemu);
  if (work !== undefined) rmSync(work, { recursive: true, force: true });
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void cleanUp().then(() => process.exit(130)));

try {
  if (states.every(({ name }) => existsSync(finished(name)))) {
    say(`${recipe} for ${kind}: there already`);
  } else {
    say(choice.log);
    work = await makeAll(templatesFolder(cache));
    for (const { name } of states) {
      rmSync(finished(name), { recursive: true, force: true });
      renameSync(join(work, name), finished(name));
    }
    say(`${recipe} for ${kind} is ready`);
  }
  for (const { name } of states) use(name);
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
