import type { Log } from "../log.ts";
import { countCommands, insertCommand, setCommandStatus } from "../store/commands.ts";
import type { Store } from "../store/database.ts";
import type { CommandEvent } from "../terminals/command-lines.ts";

/** Of one seat so many commands are kept. Who types more is a program. */
export const MOST_COMMANDS = 2000;
/** So many at once, and so many more each second: whoever prints marks in a loop fills no disk. */
const BURST = 20;
const PER_SECOND = 2;

export interface CommandLogOptions {
  readonly store: Store;
  readonly log: Log;
  /** Default: the time. For tests. */
  readonly now?: () => number;
  /** Of one seat so many. */
  readonly most?: number;
}

interface Followed {
  readonly id: string;
}
interface Terminals {
  onCommand(listener: (terminal: string, event: CommandEvent) => void): () => void;
}

/** Keeps the commands that learners run, as their screens show them: part of the evidence of their attempts. */
export class CommandLog {
  readonly #options: CommandLogOptions;
  readonly #writing = new Set<Promise<void>>();

  constructor(options: CommandLogOptions) {
    this.#options = options;
  }

  /** Keeps the commands of a seat's terminals until the returned function is called. */
  follow(seat: Followed, terminals: Terminals): () => void {
    const { store, now = Date.now, most = MOST_COMMANDS } = this.#options;
    let allowed = BURST;
    let lastAt = now();
    let counted: Promise<number> | undefined;
    let more = 0;
    /** By terminal: the command that has begun last. */
    const running = new Map<string, Promise<number | undefined>>();
    const begin = async (terminal: string, line: string, at: string): Promise<number | undefined> => {
      counted ??= countCommands(store, seat.id);
      if ((await counted) + more >= most) return undefined;
      more += 1;
      return insertCommand(store, { seat: seat.id, terminal: terminal.slice(0, 100), at, line });
    };
    return terminals.onCommand((terminal, event) => {
      if ("ended" in event) {
        const command = running.get(terminal);
        running.delete(terminal);
        if (command !== undefined) this.#keep(command.then((id) => (id === undefined ? undefined : setCommandStatus(store, id, event.ended))));
        return;
      }
      const moment = now();
      allowed = Math.min(BURST, allowed + ((moment - lastAt) / 1000) * PER_SECOND);
      lastAt = moment;
      running.delete(terminal);
      if (allowed < 1) return;
      allowed -= 1;
      const command = begin(terminal, event.began, new Date(moment).toISOString());
      command.catch(() => {});
      running.set(terminal, command);
      this.#keep(command);
    });
  }

  /** Resolves when everything heard so far is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #keep(work: Promise<unknown>): void {
    const written = work
      .then(
        () => {},
        (error: unknown) => this.#options.log.error({ err: error }, "a command could not be kept"),
      )
      .finally(() => this.#writing.delete(written));
    this.#writing.add(written);
  }
}
