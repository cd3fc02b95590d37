import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { LabError } from "../../errors.ts";
import type { Owner } from "./process.ts";

/** Of which QEMU processes this server may read the memory, which is what saving a host takes (ptrace(2), "Ptrace access mode checking"). */
export interface MemoryAccess {
  /** Those that it has started itself. */
  readonly own: boolean;
  /** Those that an earlier server has started, and that are not its descendants. */
  readonly adopted: boolean;
}

const NEXT_STEP = "run the server as root with CAP_SYS_PTRACE, or let it read: sysctl kernel.yama.ptrace_scope=0";
const SLEEP_S = "20";
const STARTED_WITHIN_MS = 1_000;

/** For the log, where something is amiss. */
export function explainAccess({ own, adopted }: MemoryAccess): string | undefined {
  if (own && adopted) return undefined;
  const which = own ? "hosts that outlive their server cannot be saved" : "hosts cannot be saved, so there are no snapshots and no parking";
  return `${which}: this user may not read the memory of such QEMU processes; ${NEXT_STEP}`;
}

/** What the kernel says when it does not let a process's memory be read, as ours; anything else as it is. */
export function asSaveError(thrown: unknown, what: string): unknown {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (code !== "EACCES" && code !== "EPERM") return thrown;
  return new LabError("cannot_save", {
    log: `${what}: the kernel does not let this user read the memory of its QEMU process (${code}); ${NEXT_STEP}`,
    cause: thrown,
  });
}

/** Tries it on two processes that do nothing. @param owner who QEMU processes are, where they are not this user's */
export async function probeMemoryAccess(owner?: Owner): Promise<MemoryAccess> {
  const child = spawn("sleep", [SLEEP_S], { stdio: "ignore", cwd: "/", ...owner });
  // The shell ends at once, and what it has started is nobody's descendant any more.
  const parent = spawn("sh", ["-c", `sleep ${SLEEP_S} >/dev/null 2>&1 & echo $!`], { stdio: ["ignore", "pipe", "ignore"], cwd: "/", ...owner });
  const orphan = outputOf(parent).then(Number);
  try {
    const [own, adopted] = await Promise.all([mayRead(child.pid), orphan.then(mayRead)]);
    return { own, adopted };
  } catch {
    return { own: false, adopted: false };
  } finally {
    for (const pid of [child.pid, await orphan.catch(() => undefined)]) end(pid);
  }
}

async function outputOf(program: ChildProcess): Promise<string> {
  let said = "";
  program.stdout?.on("data", (data: Buffer) => {
    said += data;
  });
  await once(program, "close");
  return said.trim();
}

async function mayRead(pid: number | undefined): Promise<boolean> {
  if (pid === undefined || !Number.isInteger(pid) || pid <= 0) return false;
  // Before it is `sleep` it is still a copy of who started it, and its memory another one.
  for (const late = performance.now() + STARTED_WITHIN_MS; (await readFile(`/proc/${pid}/comm`, "utf8")).trim() !== "sleep"; await delay(2)) {
    if (performance.now() > late) return false;
  }
  try {
    const start = /^([0-9a-f]+)-\S+ r/m.exec(await readFile(`/proc/${pid}/maps`, "latin1"))?.[1] ?? "";
    for (const [file, at] of [
      ["pagemap", 0],
      ["mem", Number.parseInt(start, 16)],
    ] as const) {
      const opened = await open(`/proc/${pid}/${file}`, "r");
      try {
        await opened.read(Buffer.alloc(8), 0, 8, at);
      } finally {
        await opened.close();
      }
    }
    return true;
  } catch {
    return false;
  }
}

function end(pid: number | undefined): void {
  try {
    if (pid !== undefined && pid > 0) process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
