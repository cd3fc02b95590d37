import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { connectJsonLines, type JsonLines } from "./json-lines.ts";

/** What a command in the host said. */
export interface AgentResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The first question comes soon, later ones more rarely: each costs the emulated host a moment of its CPU, and no program ends there at once. */
const FIRST_POLL_MS = 40;
const LAST_POLL_MS = 400;
/** A host that still boots, on a busy node, may let its agent wait this long for a turn on the CPU. */
const ANSWER_MS = 60_000;

/**
 * The QEMU guest agent of a learner's host (docs/interop/qemu-ga of QEMU): the way in before there is a key, and
 * the only one that is there the moment a clone runs. One caller at a time. Its answers come from a machine in which the
 * learner is root: they are read as text and trusted no further.
 */
export class GuestAgent {
  readonly #lines: JsonLines;
  #waiting: { resolve: (value: Record<string, unknown>) => void; reject: (error: Error) => void } | undefined;

  private constructor(lines: JsonLines) {
    this.#lines = lines;
    lines.onValue((value) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.resolve(value);
    });
    lines.onClose((reason) => {
      this.#waiting?.reject(new Error(`the host's agent is gone: ${reason}`));
      this.#waiting = undefined;
    });
  }

  /** Connects and waits until the agent answers. Throws when `timeoutMs` is over. */
  static async connect(path: string, timeoutMs: number, signal?: AbortSignal): Promise<GuestAgent> {
    const deadline = performance.now() + timeoutMs;
    const agent = new GuestAgent(await connectJsonLines(path, timeoutMs, signal));
    try {
      // What an earlier caller left half-sent is cut off by the delimiter; the number tells an old answer from ours.
      for (;;) {
        signal?.throwIfAborted();
        const id = randomInt(2 ** 31);
        const answer = await agent.#ask("guest-sync", { id }, 1_000).catch(() => undefined);
        if (answer?.["return"] === id) return agent;
        if (agent.#lines.closed !== undefined || performance.now() > deadline) throw new Error(`the host's agent did not answer within ${timeoutMs} ms`);
      }
    } catch (thrown) {
      agent.close();
      throw thrown;
    }
  }

  /** Runs a program as root with `stdin`, and waits for its end. */
  async exec(path: string, args: readonly string[], stdin = "", timeoutMs = 20_000): Promise<AgentResult> {
    const deadline = performance.now() + timeoutMs;
    let pollMs = FIRST_POLL_MS;
    const started = await this.#command<{ pid: number }>("guest-exec", {
      path,
      arg: args,
      "input-data": Buffer.from(stdin).toString("base64"),
      "capture-output": true,
    });
    for (;;) {
      const status = await this.#command<{ exited: boolean; exitcode?: number; signal?: number; "out-data"?: string; "err-data"?: string }>(
        "guest-exec-status",
        { pid: started.pid },
      );
      if (status.exited) {
        const text = (data = ""): string => Buffer.from(String(data), "base64").toString("utf8");
        return { code: status.exitcode ?? 128 + (status.signal ?? 0), stdout: text(status["out-data"]), stderr: text(status["err-data"]) };
      }
      if (performance.now() > deadline) throw new Error(`${path} did not end within ${timeoutMs} ms`);
      await delay(pollMs);
      pollMs = Math.min(pollMs * 1.15, LAST_POLL_MS);
    }
  }

  close(): void {
    this.#lines.close();
  }

  async #command<T>(command: string, args: Record<string, unknown>): Promise<T> {
    const answer = await this.#ask(command, args, ANSWER_MS);
    if (answer["error"] !== undefined) throw new Error(`the host's agent refused ${command}: ${JSON.stringify(answer["error"]).slice(0, 200)}`);
    return answer["return"] as T;
  }

  #ask(command: string, args: Record<string, unknown>, timeoutMs: number): Promise<Record<string, unknown>> {
    const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
    if (this.#lines.closed !== undefined) {
      reject(new Error(`the host's agent is gone: ${this.#lines.closed}`));
      return promise;
    }
    const timer = setTimeout(() => {
      this.#waiting = undefined;
      reject(new Error(`the host's agent did not answer ${command} within ${timeoutMs} ms`));
    }, timeoutMs);
    const settled = (): void => clearTimeout(timer);
    promise.then(settled, settled);
    this.#waiting = { resolve, reject };
    this.#lines.send({ execute: command, arguments: args });
    return promise;
  }
}
