import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since the node's boot (proc_pid_stat(5), field 22). */
  readonly startTime: number;
}

/** Who a QEMU process is on the node. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface SpawnOptions {
  /** The whole path of QEMU. */
  readonly program: string;
  readonly args: readonly string[];
  /** Where QEMU's complaints go. */
  readonly log: string;
  /** An open file that QEMU gets as descriptor 3. */
  readonly descriptor3?: number;
  /** Absent where the server is not root: then QEMU runs as the same unprivileged user. */
  readonly owner?: Owner;
  /** Address space at most, MiB: a runaway process fails by itself and not by the node's memory. */
  readonly addressSpaceMiB: number;
}

/** The node's out-of-memory killer takes a host before anything else (proc_pid_oom_score_adj(5)). */
const OOM_SCORE = 500;
/** The server answers first, hosts compute with what is left: they are so much nicer than it is (setpriority(2): 19 at most). */
const NICER = 5;
const NICEST = 19;

/**
 * Starts QEMU in a session of its own, so that it outlives this server, with prlimit(1)'s limits.
 * Throws when the program cannot be started; one that ends at once is seen by its monitor never answering.
 */
export function spawnQemu(options: SpawnOptions): ProcessIdentity {
  const log = openSync(options.log, "a", 0o640);
  try {
    const limits = [`--as=${options.addressSpaceMiB * 1024 * 1024}`, "--core=0", "--nofile=512", "--memlock=0"];
    const child = spawn("prlimit", [...limits, options.program, ...options.args], {
      cwd: "/",
      detached: true,
      env: { PATH: "/usr/bin:/bin" },
      stdio: ["ignore", log, log, options.descriptor3 ?? "ignore"],
      ...(options.owner ?? {}),
    });
    // Whether it lives is asked of /proc, as for a process that an earlier server started.
    child.on("error", () => {});
    child.unref();
    if (child.pid === undefined) throw new Error("prlimit could not be started; is util-linux installed?");
    const startTime = startTimeOf(child.pid);
    if (startTime === undefined) throw new Error("QEMU ended at once");
    calm(child.pid);
    return { pid: child.pid, startTime };
  } finally {
    closeSync(log);
  }
}

function calm(pid: number): void {
  try {
    setPriority(pid, Math.min(getPriority() + NICER, NICEST));
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(OOM_SCORE));
  } catch {
    // It may have ended already; its monitor will tell.
  }
}

/** The start time of a process; undefined when there is none or when it is a zombie. */
export function startTimeOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A first thread that has ended is a zombie while others still hold the sockets: only the last one gives them back.
    if (fields[0] === "Z" && readdirSync(`/proc/${pid}/task`).length <= 1) return undefined;
    return Number(fields[19]);
  } catch {
    return undefined;
  }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime;
}

/** Kills a process and waits until it is gone. True when it is. A host has nothing worth a polite end. */
export async function killProcess(identity: ProcessIdentity, timeoutMs = 5_000): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isAlive(identity)) {
    try {
      process.kill(identity.pid, "SIGKILL");
    } catch {
      // Gone between the question and the signal.
    }
    if (performance.now() > deadline) return false;
    await delay(5);
  }
  return true;
}
