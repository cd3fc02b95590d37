import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, chown, type FileHandle, mkdir, open } from "node:fs/promises";
import { promisify } from "node:util";
import { type MachineSpec, qemuArguments } from "./args.ts";
import type { Emulator } from "./emulator.ts";
import type { HostFiles } from "./files.ts";
import { type Owner, type ProcessIdentity, spawnQemu } from "./process.ts";
import { Qmp } from "./qmp.ts";
import { assertUntouched, type Template } from "./template.ts";

/** A QEMU process that runs a clone, and its monitor. */
export interface RunningClone {
  readonly process: ProcessIdentity;
  readonly qmp: Qmp;
  /** The loopback port that leads to the host's sshd. */
  readonly port: number;
}

export interface CloneOptions {
  readonly emulator: Emulator;
  readonly template: Template;
  readonly files: HostFiles;
  /** Absent where the server is not root. */
  readonly owner?: Owner;
  /** Room for translated code, MiB. */
  readonly codeMiB: number;
  readonly signal?: AbortSignal;
  /** Called as soon as there is a process, so that a failure later can give it back. */
  readonly onProcess: (process: ProcessIdentity) => void;
}

/** Beyond the host's RAM: translated code, device state, thread stacks, libraries. */
const OVERHEAD_MIB = 2_048;

const run = promisify(execFile);

/**
 * Starts a clone of a running template: a new overlay on its disk, a private mapping of its memory, its device state.
 * The memory is not read: with `x-ignore-shared` the state holds none of it, and pages come from the page cache as
 * they are touched (QEMU docs/devel/migration).
 *
 * On failure the process, if any, is the caller's to end (`onProcess`), and so is the folder.
 */
export async function startClone({ emulator, template, files, owner, codeMiB, signal, onProcess }: CloneOptions): Promise<RunningClone> {
  const { manifest } = template;
  assertUntouched(template);
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  await run(emulator.image, ["create", "-q", "-f", "qcow2", "-b", template.files.disk, "-F", "qcow2", files.disk]);
  if (owner !== undefined) {
    await chown(files.disk, owner.uid, owner.gid);
    await chown(files.folder, owner.uid, owner.gid);
  }
  await chmod(files.disk, 0o600);
  signal?.throwIfAborted();

  const state = await open(template.files.state, "r");
  let process: ProcessIdentity;
  try {
    const spec: MachineSpec = {
      bareState: !(await describesMachine(state)),
      accelerator: manifest.accelerator,
      vcpus: manifest.vcpus,
      memoryMiB: manifest.memoryMiB,
      ram: { path: template.files.ram, mode: "private" },
      disk: files.disk,
      qmp: files.qmp,
      agent: files.agent,
      generation: randomUUID(),
      codeMiB,
    };
    process = spawnQemu({
      program: emulator.system,
      args: qemuArguments(spec),
      log: files.log,
      descriptor3: state.fd,
      addressSpaceMiB: manifest.memoryMiB + OVERHEAD_MIB,
      ...(owner === undefined ? {} : { owner }),
    });
  } finally {
    await state.close();
  }
  onProcess(process);
  const qmp = await Qmp.connect(files.qmp, 10_000, signal);
  try {
    await loadState(qmp, signal);
    await qmp.execute("cont");
    return { process, qmp, port: await forwardedPort(qmp) };
  } catch (thrown) {
    qmp.close();
    throw thrown;
  }
}

/** The byte behind the magic number and version of a saved state says what comes (QEMU, migration/savevm.c). */
const CONFIGURATION_FOLLOWS = 7;

async function describesMachine(state: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await state.read(Buffer.alloc(1), 0, 1, 8);
  return bytesRead === 1 && buffer[0] === CONFIGURATION_FOLLOWS;
}

async function loadState(qmp: Qmp, signal?: AbortSignal): Promise<void> {
  await qmp.execute("migrate-set-capabilities", {
    capabilities: [
      { capability: "x-ignore-shared", state: true },
      { capability: "events", state: true },
    ],
  });
  const { promise: loaded, resolve, reject } = Promise.withResolvers<void>();
  const stopEvents = qmp.onEvent(({ event, data }) => {
    if (event !== "MIGRATION") return;
    if (data["status"] === "completed") resolve();
    if (data["status"] === "failed") reject(new Error("QEMU could not load the template's state; its log says why"));
  });
  const stopClose = qmp.onClose((reason) => reject(new Error(`QEMU ended while it loaded the template's state: ${reason}`)));
  const onAbort = (): void => reject(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  const timer = setTimeout(() => reject(new Error("QEMU did not load the template's state within 20 s")), 20_000);
  try {
    await qmp.execute("migrate-incoming", { uri: "fd:3" });
    await loaded;
  } finally {
    clearTimeout(timer);
    stopEvents();
    stopClose();
    signal?.removeEventListener("abort", onAbort);
  }
}

/** The kernel chose the port; only QEMU's user network knows it. */
export async function forwardedPort(qmp: Qmp): Promise<number> {
  const said = await qmp.execute<string>("human-monitor-command", { "command-line": "info usernet" });
  const match = /TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)/.exec(said);
  if (match === null) throw new Error(`QEMU names no forwarded port: ${said.slice(0, 200)}`);
  return Number(match[1]);
}
