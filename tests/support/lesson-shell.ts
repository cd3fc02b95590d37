import { randomBytes } from "node:crypto";
import { stripVTControlCharacters } from "node:util";
import headless from "@xterm/headless";
import type { Host, ShellChannel } from "../../lab-server/hosts/backend.ts";

/** A terminal beside a lesson is about this large. */
const SIZE = { cols: 100, rows: 30 };
/** A login shell on a busy host, in milliseconds. */
const PROMPT_MS = 60_000;
/** How long a program may take to give the prompt back once it was told to leave, in milliseconds. */
const LEAVE_MS = 30_000;
/** How long to wait before the keys are typed once more, in milliseconds. */
const LEAVE_AGAIN_MS = 5_000;

const USUAL_LEAVE = "^]\r";

/** Keys as they are written on a keyboard: `^]` is Ctrl and ]. A text of several letters is typed with Enter; one letter is a key. */
export function keysOf(leave: string | undefined): string {
  if (leave === undefined) return keysOf(USUAL_LEAVE);
  const keys = leave.replace(/\^([@-_a-z])/g, (_written, letter: string) => String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 31));
  return keys === leave && leave.length > 1 ? `${leave}\r` : keys;
}

/**
 * One interactive login shell of a host, as a learner has it, which tells when a command has ended and how: before each
 * prompt bash prints a mark that no terminal shows (an operating system command, OSC) with the last exit status, and behind
 * the prompt another one: what is typed before that is repeated by the terminal and once more by bash.
 */
export class LessonShell {
  readonly #channel: ShellChannel;
  readonly #mark = `\u001b]777;${randomBytes(8).toString("hex")};`;
  readonly #ready = `${this.#mark}ready\u0007`;
  #heard = "";
  #closed = false;
  #onChange: () => void = () => {};
  #onText: (text: string) => void = () => {};

  private constructor(channel: ShellChannel) {
    this.#channel = channel;
    const decoder = new TextDecoder();
    channel.onData((data) => {
      const text = decoder.decode(data, { stream: true });
      this.#heard += text;
      this.#onText(text);
      this.#onChange();
    });
    channel.onClose(() => {
      this.#closed = true;
      this.#onChange();
    });
  }

  static async open(host: Host): Promise<LessonShell> {
    const shell = new LessonShell(await host.openShell(`lesson-${randomBytes(4).toString("hex")}`, SIZE));
    // In what is typed ESC and BEL are spelt out, so the echo of this line is no mark.
    const [mark, ready] = [shell.#mark, shell.#ready].map((text) => text.replace("\u001b", "\\033").replace("\u0007", "\\007"));
    shell.#type(`PS1="$PS1"'\\[${ready}\\]' PROMPT_COMMAND='printf "${mark}%s\\007" $?'\r`);
    await shell.#prompt(0, PROMPT_MS);
    return shell;
  }

  /** Types a command and waits for the prompt. Gives its exit status and what it printed. */
  async run(command: string, waitMs: number): Promise<{ status: number; output: string }> {
    const from = this.#heard.length;
    this.#type(`${command}\r`);
    const { status, output } = await this.#prompt(from, waitMs);
    // The terminal repeats what is typed, in one line or, at its edge, in several.
    return { status, output: output.startsWith(command) ? output.slice(command.length).trim() : output };
  }

  /** Types a command that keeps the terminal, waits until its screen shows something, leaves it, and waits for the prompt. */
  async look(command: string, shows: RegExp, leave: string | undefined, waitMs: number): Promise<void> {
    const screen = new headless.Terminal({ ...SIZE, allowProposedApi: true });
    screen.onData((answer) => this.#type(answer));
    const from = this.#heard.length;
    try {
      let drawn = Promise.resolve();
      let begun = false;
      this.#onText = (piece) => {
        // Up to the first line end it is the command itself, which must not be taken for what it shows.
        const rest = this.#heard.slice(from);
        if (!begun && !rest.includes("\n")) return;
        const text = begun ? piece : rest.slice(rest.indexOf("\n") + 1);
        begun = true;
        drawn = new Promise((resolve) => screen.write(text, resolve));
        void drawn.then(() => this.#onChange());
      };
      this.#type(`${command}\r`);
      await this.#until(
        waitMs,
        () => shows.test(textOf(screen)),
        () => `its screen does not show ${shows}; it shows:\n${textOf(screen)}`,
      );
      await this.#leave(from, keysOf(leave));
      // A key too many has given one more prompt: it comes before this one. The quotes keep the echo of the line from being taken for its output.
      const word = randomBytes(4).toString("hex");
      const asked = this.#heard.length;
      const answer = (): number => this.#heard.indexOf(`left-${word}`, asked);
      this.#type(`echo le''ft-${word}\r`);
      await this.#until(
        LEAVE_MS,
        () => answer() >= 0,
        () => this.#tail(asked),
      );
      await this.#prompt(answer(), LEAVE_MS);
    } finally {
      this.#onText = () => {};
      screen.dispose();
    }
  }

  /**
   * Types the keys that leave a program, and again as a person would: virsh says that one is connected before it has the terminal
   * for itself, and what is typed in between goes to nobody.
   */
  async #leave(from: number, keys: string): Promise<void> {
    for (const deadline = performance.now() + LEAVE_MS; ; ) {
      this.#type(keys);
      try {
        await this.#prompt(from, LEAVE_AGAIN_MS);
        return;
      } catch (thrown) {
        if (this.#closed || performance.now() > deadline) throw thrown;
      }
    }
  }

  close(): void {
    this.#channel.close();
  }

  #type(text: string): void {
    this.#channel.write(new TextEncoder().encode(text));
  }

  async #prompt(from: number, waitMs: number): Promise<{ status: number; output: string }> {
    const ends = (): number => {
      const at = this.#heard.indexOf(this.#mark, from);
      return at >= 0 && this.#heard.includes(this.#ready, at) ? at : -1;
    };
    await this.#until(
      waitMs,
      () => ends() >= 0,
      () => this.#tail(from),
    );
    const at = ends();
    const status = Number.parseInt(this.#heard.slice(at + this.#mark.length), 10);
    return { status, output: plain(this.#heard.slice(from, at)) };
  }

  #tail(from: number): string {
    return `the prompt does not come back; does it keep the terminal, as a pager does, and lack shows="..."? Its output:\n${plain(this.#heard.slice(from)).slice(-2000)}`;
  }

  /** Waits until something holds. Fails when the time is up, or when the shell has ended. */
  async #until(waitMs: number, holds: () => boolean, explain: () => string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`after ${waitMs / 1000} s: ${explain()}`)), waitMs);
    this.#onChange = () => {
      if (holds()) resolve();
      else if (this.#closed) reject(new Error(`the shell has ended: ${explain()}`));
    };
    this.#onChange();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#onChange = () => {};
    }
  }
}

function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\r\n", "\n").trim();
}

/** What stands on a screen: a line for each row, long lines in one. */
function textOf(screen: InstanceType<typeof headless.Terminal>): string {
  const buffer = screen.buffer.active;
  let text = "";
  for (let row = buffer.baseY; row < buffer.length; row += 1) {
    const line = buffer.getLine(row);
    text += (line?.isWrapped || row === buffer.baseY ? "" : "\n") + (line?.translateToString(true) ?? "");
  }
  return text.trimEnd();
}
