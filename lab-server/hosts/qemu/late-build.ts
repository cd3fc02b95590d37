import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Log } from "../../log.ts";

export interface LateBuildOptions {
  /** What makes the machines that are missing, and ends at once with 0 when none is. */
  readonly command: readonly [string, ...string[]];
  readonly log: Log;
  /** Called when everything is there. */
  readonly onMade: () => void;
}

/** From nothing, on two cores that learners use meanwhile (docs/machines.md has what was measured). */
const EXPECTED_MINUTES = 9;
/** What it had to say last is told when it fails. */
const LAST_LINES = 12;
/** Its own cleaning up, ms. */
const STOP_MS = 10_000;

/**
 * Makes machines beside the running lab. Its failure is said in the log and harms nothing: the lab goes on without them, and the next
 * start of the server tries again.
 */
export class LateBuild {
  readonly #child: ChildProcess;
  readonly #over: Promise<void>;
  readonly #began = performance.now();
  #running = true;
  #stopped = false;

  constructor({ command: [program, ...args], log, onMade }: LateBuildOptions) {
    const last: string[] = [];
    // A group of its own, so that all that it starts can be stopped at once, and Ctrl+C does not do it before we do.
    this.#child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        last.push(line);
        if (last.length > LAST_LINES) last.shift();
        log.debug({ line }, "making the hosts with a desktop");
      });
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#over = promise;
    const end = (failure: string | undefined): void => {
      if (!this.#running) return;
      this.#running = false;
      const seconds = Math.round((performance.now() - this.#began) / 1000);
      if (failure === undefined) {
        log.info({ seconds }, "the hosts with a desktop are there");
        onMade();
      } else if (!this.#stopped) {
        log.error(
          { seconds, failure, said: last },
          "the hosts with a desktop could not be made; the lab goes on without them, and npm run machines tries again",
        );
      }
      resolve();
    };
    this.#child.once("error", (error) => end(error.message));
    this.#child.once("close", (code, signal) => end(code === 0 ? undefined : `ended with ${signal ?? code}`));
  }

  /** About how long it will still take, at least 1; undefined when it is over. */
  get minutesLeft(): number | undefined {
    if (!this.#running) return undefined;
    return Math.max(1, Math.ceil(EXPECTED_MINUTES - (performance.now() - this.#began) / 60_000));
  }

  /** Stops it with all that it started; what was half made is gone. Never fails. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#stopped = true;
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), STOP_MS);
    await this.#over;
    clearTimeout(timer);
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
    } catch {
      // It is gone already.
    }
  }
}
