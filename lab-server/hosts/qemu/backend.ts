import { randomInt } from "node:crypto";
import { chmod, mkdir, readFile, rm, statfs } from "node:fs/promises";
import { LATE_TEMPLATE, TEMPLATES } from "../../contract/exercise.ts";
import type { AcceleratorView } from "../../contract/seat.ts";
import { LabError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { CreateOptions, CreateStep, Host, HostBackend, HostCost, RestoreOptions, SavedHost } from "../backend.ts";
import { connectSsh, type SshConnection } from "../ssh.ts";
import { chooseAccelerator, thisNode } from "./accelerator.ts";
import { TCG_CODE_MIB } from "./args.ts";
import { bootId } from "./boot.ts";
import { startClone } from "./clone.ts";
import { type Emulator, openEmulator } from "./emulator.ts";
import { type HostFiles, hostFiles, hostsFolder, MAX_SOCKET_PATH } from "./files.ts";
import { GuestAgent } from "./guest-agent.ts";
import { QemuHost } from "./host.ts";
import { LateBuild, type LateBuildOptions } from "./late-build.ts";
import { asSaveError, explainAccess, type MemoryAccess, probeMemoryAccess } from "./memory-access.ts";
import { isAlive, killProcess, type ProcessIdentity } from "./process.ts";
import { Qmp } from "./qmp.ts";
import { type HostRecord, ranBeforeBoot, readRecord, recordedHosts, writeRecord } from "./record.ts";
import { saveHost } from "./save-host.ts";
import { SavedHosts } from "./saved-hosts.ts";
import { isMade, loadTemplate, readTemplate, type Template } from "./template.ts";
import { becomeItself, type Identity, newIdentity, proveGuestStarts } from "./wake.ts";

export interface QemuBackendOptions {
  readonly cacheDir: string;
  readonly stateDir: string;
  readonly accelerator: "auto" | "kvm" | "tcg";
  readonly unsafeNesting: boolean;
  /** A host that nobody uses stands still after this long, ms. */
  readonly freezeAfterMs: number;
  /** Makes the machines that may come late; without it they are there or not. */
  readonly lateBuild?: LateBuildOptions["command"];
  /** How much translated code an emulated host may keep, MiB; what learners' hosts have when absent. */
  readonly codeMiB?: number;
  readonly log: Log;
}

/**
 * QEMU processes get a user id of their own each, from a range that no distribution and no container tool hands out
 * (systemd's "Users, Groups, UIDs and GIDs" lists the taken ones), so that one cannot touch another. Their common group may read templates.
 */
const FIRST_UID = 1_900_000_000;
const UIDS = 65_536;
export const HOST_GROUP = 1_900_000_000;
/** Groups for saved hosts, each for a host and what comes of it. */
const FIRST_LINE = 1_910_000_000;
const LINES = 50_000_000;

/** Saved hosts leave this much of the disk to everybody else, MiB. */
const KEEP_FREE_MIB = 2_048;
/** Beyond RAM and translated code: QEMU's own memory, MiB. */
const PROCESS_MIB = 160;
/** Some 2 s are usual. A node that is busy with other things may need ten times as long, and who waits is better served late than not. */
const CONNECT_MS = 60_000;
/** How long a restored host keeps its old clock, ms. */
const CLOCK_AFTER_RESTORE_MS = 1_000;
/** How long the guests of a new host keep their old clock, ms. */
const GUESTS_WAIT_MS = 2_500;

/**
 * The backend that runs hosts as QEMU processes of this node.
 * Errors: `host_failed` when QEMU, a forced accelerator or the template is not usable; each says what to do.
 */
export async function createQemuBackend(options: QemuBackendOptions): Promise<HostBackend> {
  const emulator = openEmulator(options.cacheDir);
  const choice = await chooseAccelerator(options.accelerator, options.unsafeNesting, thisNode(emulator.system));
  options.log.info({ accelerator: choice.view }, choice.log);
  const templates = new Map<string, Template>();
  for (const name of TEMPLATES) {
    if (name === LATE_TEMPLATE && !isMade(options.cacheDir, name, choice.view.kind)) continue;
    templates.set(name, loadTemplate(options.cacheDir, name, choice.view.kind, emulator.version));
  }
  const longest = hostFiles(options.stateDir, "x".repeat(12)).agent;
  if (longest.length > MAX_SOCKET_PATH) {
    throw new LabError("host_failed", {
      params: { step: "state" },
      log: `RINGSIDE_STATE_DIR is too long: ${longest} has ${longest.length} bytes, a socket may have ${MAX_SOCKET_PATH}`,
    });
  }
  await mkdir(hostsFolder(options.stateDir), { recursive: true });
  // QEMU must be able to walk to its own folder; records are 0600 and folders 0700.
  await chmod(hostsFolder(options.stateDir), 0o711);
  await chmod(options.stateDir, 0o711);
  const access = await probeMemoryAccess(process.getuid?.() === 0 ? { uid: FIRST_UID + UIDS, gid: HOST_GROUP } : undefined);
  const amiss = explainAccess(access);
  if (amiss !== undefined) options.log.warn({ access }, amiss);
  return new QemuBackend({ options, accelerator: choice.view, templates, emulator, access });
}

interface QemuBackendParts {
  readonly options: QemuBackendOptions;
  readonly accelerator: AcceleratorView;
  readonly templates: Map<string, Template>;
  readonly emulator: Emulator;
  readonly access: MemoryAccess;
}

class QemuBackend implements HostBackend {
  readonly accelerator: AcceleratorView;
  readonly #options: QemuBackendOptions;
  readonly #templates: Map<string, Template>;
  readonly #onTemplate: ((template: string) => void)[] = [];
  readonly #lateBuild: LateBuild | undefined;
  readonly #hosts = new Set<Host>();
  readonly #uids = new Set<number>();
  readonly #saved: SavedHosts;
  readonly #emulator: Emulator;
  readonly #access: MemoryAccess;
  readonly #codeMiB: number;

  constructor({ options, accelerator, templates, emulator, access }: QemuBackendParts) {
    this.#emulator = emulator;
    this.#access = access;
    this.#options = options;
    this.#codeMiB = options.codeMiB ?? TCG_CODE_MIB;
    this.accelerator = accelerator;
    this.#templates = templates;
    this.#saved = new SavedHosts(options.stateDir);
    for (const id of recordedHosts(options.stateDir)) {
      const uid = readRecord(this.#files(id))?.uid;
      if (uid !== undefined) this.#uids.add(uid);
    }
    const { lateBuild: command, log } = options;
    if (command !== undefined) this.#lateBuild = new LateBuild({ command, log, onMade: () => this.#takeUp(LATE_TEMPLATE) });
  }

  get templates(): readonly string[] {
    return [...this.#templates.keys()];
  }

  onTemplate(listener: (template: string) => void): void {
    this.#onTemplate.push(listener);
  }

  whyNot(template: string): LabError {
    const minutes = this.#lateBuild?.minutesLeft;
    if (template !== LATE_TEMPLATE) {
      const log = `there is no template “${template}”; there are: ${this.templates.join(", ")}`;
      return new LabError("host_failed", { params: { step: "template" }, log });
    }
    if (minutes !== undefined) return new LabError("desktop_in_making", { params: { minutes }, log: "the desktop's template is being made" });
    return new LabError("desktop_not_made", { log: "there is no template with a desktop; npm run machines makes it" });
  }

  /** A template that was made just now. */
  #takeUp(name: string): void {
    const { cacheDir, log } = this.#options;
    try {
      const template = loadTemplate(cacheDir, name, this.accelerator.kind, this.#emulator.version);
      if (template.files.folder === this.#templates.get(name)?.files.folder) return;
      this.#templates.set(name, template);
      for (const listener of this.#onTemplate) listener(name);
    } catch (thrown) {
      log.error({ err: thrown, template: name }, "a template that was made cannot be used");
    }
  }

  cost(template: string): HostCost {
    // All states are saved from hosts of one size. A host that was adopted may be of one that is not there any more.
    const { manifest } = this.#templates.get(template) ?? this.#template(this.templates[0] ?? template);
    const code = manifest.accelerator === "tcg" ? this.#codeMiB : 0;
    return { memoryMiB: manifest.memoryMiB + code + PROCESS_MIB, vcpus: manifest.vcpus };
  }

  /**
   * A clone that does not answer is thrown away and made again, once. Seen once in about a hundred emulated clones: it ran,
   * its agent answered, and its sshd took a connection and said nothing. Why is not known.
   */
  async create(options: CreateOptions): Promise<Host> {
    try {
      return await this.#createOnce(options);
    } catch (thrown) {
      const step = thrown instanceof LabError && thrown.code === "host_failed" ? thrown.params?.["step"] : undefined;
      if (step !== "wake" && step !== "connect") throw thrown;
      this.#options.log.warn({ err: thrown }, "a clone did not answer; another one is made");
      return this.#createOnce(options);
    }
  }

  async #createOnce(options: CreateOptions): Promise<Host> {
    const template = this.#template(options.template);
    const { manifest } = template;
    const id = newId();
    const identity = newIdentity(id);
    const host = await this.#make({
      ...options,
      base: template,
      record: {
        id,
        name: identity.name,
        template: options.template,
        accelerator: this.accelerator,
        vcpus: manifest.vcpus,
        memoryMiB: manifest.memoryMiB,
        boot: bootId(),
        base: template.files.folder,
        ...this.#newOwner(HOST_GROUP),
      },
      keys: keysOf(identity),
      identity,
    });
    this.#wakeGuests(host);
    return host;
  }

  async save(host: Host): Promise<SavedHost> {
    const files = this.#files(host.id);
    const record = readRecord(files);
    const base = record?.base === undefined ? undefined : readTemplate(record.base);
    if (!(host instanceof QemuHost) || record?.access === undefined || record.process === undefined || base === undefined) {
      throw new LabError("internal", { log: `host ${host.id} cannot be saved: what it runs from is not known` });
    }
    if (!host.savable) throw new LabError("cannot_save", { log: `host ${host.id}: ${explainAccess(this.#access) ?? "it cannot be saved"}` });
    const { bavail, bsize } = await statfs(this.#options.stateDir);
    if (bavail * bsize < (record.memoryMiB + KEEP_FREE_MIB) * 2 ** 20) {
      throw new LabError("no_disk", {
        log: `${Math.round((bavail * bsize) / 2 ** 20)} MiB are free below ${this.#options.stateDir}: a saved host may need ${record.memoryMiB}, and ${KEEP_FREE_MIB} stay free`,
      });
    }
    const id = newId();
    const gid = process.getuid?.() === 0 ? this.#lineOf(record) : undefined;
    const line = gid === undefined ? {} : { gid };
    const { process: qemu, access, name, template, accelerator, vcpus, memoryMiB } = record;
    const kept = { name, template, accelerator, vcpus, memoryMiB, ...line, access: { clientKey: access.clientKey, hostKey: access.hostKey } };
    const began = performance.now();
    try {
      const bytes = await this.#saved.make(id, kept, (folder) =>
        host.whileStopped((whileStopped, qmp) => saveHost({ qmp, process: qemu, files, base, folder, whileStopped, ...line })),
      );
      const ms = Math.round(performance.now() - began);
      this.#options.log.info({ host: host.id, saved: id, bytes, ms }, "a host was saved");
      return { id, bytes };
    } catch (unexplained) {
      const thrown = asSaveError(unexplained, `host ${host.id} could not be saved`);
      if (thrown instanceof LabError) throw thrown;
      throw new LabError("internal", {
        log: `host ${host.id} could not be saved: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        cause: thrown,
      });
    }
  }

  async restore(saved: string, options: RestoreOptions = {}): Promise<Host> {
    const found = this.#saved.read(saved);
    if (found === undefined) throw new LabError("not_found", { log: `there is no saved host ${saved}` });
    const { qemuVersion: by } = found.template.manifest;
    if (by !== this.#emulator.version)
      throw new LabError("host_failed", { params: { step: "clone" }, log: `host ${saved} was saved by QEMU ${by}, this is ${this.#emulator.version}` });
    const { access, gid, ...record } = found.record;
    const id = newId();
    const identity = options.anew === true ? newIdentity(id) : undefined;
    const host = await this.#make({
      ...options,
      base: found.template,
      record: { ...record, ...(identity && { name: identity.name }), id, boot: bootId(), base: found.template.files.folder, ...this.#newOwner(gid) },
      ...(identity === undefined ? { keys: access } : { identity, keys: keysOf(identity) }),
    });
    // Whoever went back looks at the screen first, and waking the guests takes a second of the host's CPU.
    setTimeout(() => void host.setClocks(), CLOCK_AFTER_RESTORE_MS).unref();
    return host;
  }

  forget(saved: string): void {
    this.#saved.forget(saved);
    this.#sweep();
  }

  saved(): readonly string[] {
    return this.#saved.ids;
  }

  /** Starts a clone of `base` and connects to it. On failure nothing is left of it. */
  async #make({ base, record: begun, keys, identity, onStep, signal }: MakeOptions): Promise<QemuHost> {
    const { id } = begun;
    const files = this.#files(id);
    let record = begun;
    const giveBack = (): Promise<void> => this.#giveBack(files, record);
    let step: CreateStep = "clone";
    const begin = (next: CreateStep): void => {
      step = next;
      onStep?.(next);
    };
    let qmp: Qmp | undefined;
    let agent: GuestAgent | undefined;
    let ssh: SshConnection | undefined;
    try {
      begin("clone");
      writeRecord(files, record);
      const onProcess = (process: ProcessIdentity): void => {
        record = { ...record, process };
        writeRecord(files, record);
      };
      const { uid, gid } = record;
      const owner = uid === undefined || gid === undefined ? {} : { owner: { uid, gid } };
      const clone = await startClone({
        emulator: this.#emulator,
        template: base,
        files,
        codeMiB: this.#codeMiB,
        onProcess,
        ...owner,
        ...(signal ? { signal } : {}),
      });
      qmp = clone.qmp;
      let proved: Promise<void> | undefined;
      if (identity !== undefined) {
        begin("wake");
        agent = await GuestAgent.connect(files.agent, CONNECT_MS, signal);
        await becomeItself(agent, identity);
        signal?.throwIfAborted();
        proved = proveGuestStarts(agent);
        proved.catch(() => {});
      }
      begin("connect");
      const access = { port: clone.port, ...keys };
      ssh = await connectSsh({
        port: access.port,
        username: "root",
        privateKey: access.clientKey,
        hostKey: access.hostKey,
        readyTimeoutMs: CONNECT_MS,
        ...(signal ? { signal } : {}),
      });
      await proved;
      const reachable = { ...record, access };
      record = reachable;
      writeRecord(files, record);
      const { freezeAfterMs: graceMs, log } = this.#options;
      const host = this.#own(new QemuHost({ record: reachable, qmp, ssh, graceMs, savable: this.#access.own, log, giveBack }));
      agent?.close();
      return host;
    } catch (thrown) {
      agent?.close();
      ssh?.close();
      qmp?.close();
      const said = await lastLines(files.log);
      await giveBack();
      if (signal?.aborted === true) throw new LabError("seat_ended", { log: `host ${id} was given up while it started`, cause: thrown });
      throw new LabError("host_failed", {
        params: { step },
        log: `host ${id} failed at ${step}: ${thrown instanceof Error ? thrown.message : String(thrown)}${said === "" ? "" : `; QEMU said: ${said}`}`,
        cause: thrown,
      });
    }
  }

  async leftovers(): Promise<readonly string[]> {
    const own = new Set([...this.#hosts].map((host) => host.id));
    return recordedHosts(this.#options.stateDir).filter((id) => !own.has(id));
  }

  async adopt(id: string): Promise<Host> {
    const files = this.#files(id);
    const record = readRecord(files);
    if (record !== undefined && ranBeforeBoot(record)) {
      await this.remove(id);
      throw new LabError("node_restarted", { log: `host ${id} ran when this machine was restarted` });
    }
    try {
      if (record?.access === undefined || record.process === undefined) throw new Error("it was not ready when its server ended");
      if (!isAlive(record.process)) throw new Error("its process has ended");
      const { access } = record;
      const qmp = await Qmp.connect(files.qmp, 2_000);
      try {
        const { running } = await qmp.execute<{ running: boolean }>("query-status");
        // A frozen host cannot answer a login; it is frozen again by its grace time.
        if (!running) await qmp.execute("cont");
        const ssh = await connectSsh({
          port: access.port,
          username: "root",
          privateKey: access.clientKey,
          hostKey: access.hostKey,
          readyTimeoutMs: CONNECT_MS,
        });
        const giveBack = (): Promise<void> => this.#giveBack(files, record);
        const { freezeAfterMs: graceMs, log } = this.#options;
        return this.#own(new QemuHost({ record: { ...record, access }, qmp, ssh, graceMs, savable: this.#access.adopted, log, giveBack }));
      } catch (thrown) {
        qmp.close();
        throw thrown;
      }
    } catch (thrown) {
      await this.remove(id);
      throw new LabError("host_lost", { log: `host ${id} could not be adopted: ${thrown instanceof Error ? thrown.message : String(thrown)}`, cause: thrown });
    }
  }

  async remove(id: string): Promise<void> {
    const files = this.#files(id);
    await this.#giveBack(files, readRecord(files));
  }

  async close(): Promise<void> {
    await this.#lateBuild?.stop();
    await Promise.all([...this.#hosts].map((host) => host.end()));
  }

  #own(host: QemuHost): QemuHost {
    this.#hosts.add(host);
    host.onState((state) => {
      if (state === "ended") this.#hosts.delete(host);
    });
    return host;
  }

  /**
   * Guests need the time and fresh randomness too, but nobody waits for that: it comes after the first shell. A host
   * that was frozen meanwhile does it when it thaws.
   */
  #wakeGuests(host: QemuHost): void {
    setTimeout(() => void host.setClocks(), GUESTS_WAIT_MS).unref();
  }

  async #giveBack(files: HostFiles, record: HostRecord | undefined): Promise<void> {
    if (record?.process !== undefined && !ranBeforeBoot(record) && !(await killProcess(record.process))) {
      // The record stays, so that the next server tries again.
      this.#options.log.error({ host: record.id, pid: record.process.pid }, "a host's process could not be ended; its files are kept");
      return;
    }
    try {
      await rm(files.folder, { recursive: true, force: true });
      await rm(files.record, { force: true });
      await rm(`${files.record}.new`, { force: true });
      if (record?.uid !== undefined) this.#uids.delete(record.uid);
      this.#sweep();
    } catch (thrown) {
      this.#options.log.error({ err: thrown, folder: files.folder }, "a host's files could not be removed");
    }
  }

  #files(id: string): HostFiles {
    return hostFiles(this.#options.stateDir, id);
  }

  #template(name: string): Template {
    const template = this.#templates.get(name);
    if (template === undefined) throw this.whyNot(name);
    return template;
  }

  /** A user of its own for a new QEMU process, and the group that reads what it runs from; nothing where the server may not change users and is unprivileged itself. */
  #newOwner(gid: number | undefined): { uid: number; gid: number } | undefined {
    if (process.getuid?.() !== 0 || gid === undefined) return undefined;
    for (let uid = FIRST_UID; uid < FIRST_UID + UIDS; uid += 1) {
      if (this.#uids.has(uid)) continue;
      this.#uids.add(uid);
      return { uid, gid };
    }
    throw new LabError("host_failed", { params: { step: "clone" }, log: `all ${UIDS} user ids for hosts are in use` });
  }

  /** The group of a host's line: those that were saved from it and from them, and nobody else's. */
  #lineOf(record: HostRecord): number {
    if (record.gid !== undefined && record.gid !== HOST_GROUP) return record.gid;
    return FIRST_LINE + randomInt(LINES);
  }

  /** Saved hosts that nobody needs any more go. Never fails. */
  #sweep(): void {
    try {
      this.#saved.sweep(() => recordedHosts(this.#options.stateDir).flatMap((id) => readRecord(this.#files(id))?.base ?? []));
    } catch (thrown) {
      this.#options.log.error({ err: thrown }, "saved hosts could not be removed");
    }
  }
}

interface MakeOptions {
  readonly base: Template;
  readonly record: HostRecord;
  readonly keys: { readonly clientKey: string; readonly hostKey: string };
  /** What it becomes; absent when it stays who it was. */
  readonly identity?: Identity;
  readonly onStep?: (step: CreateStep) => void;
  readonly signal?: AbortSignal;
}

/** What a server needs to be let into a host that has become this. */
function keysOf({ clientKey, hostKey }: Identity): MakeOptions["keys"] {
  return { clientKey: clientKey.privateKey, hostKey: hostKey.publicKey };
}

function newId(): string {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join("");
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.includes("warning: TCG doesn't support"))
    .slice(-3)
    .join(" | ");
}
