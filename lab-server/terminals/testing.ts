import unicode11 from "@xterm/addon-unicode11";
import headless from "@xterm/headless";
import type { Problem } from "../contract/problem.ts";
import type { HostState, ShellChannel, TerminalSize } from "../hosts/backend.ts";
import type { TerminalHost } from "./persistent-terminal.ts";
import type { ScreenSnapshot } from "./screen.ts";
import type { TerminalEnd, ViewerSink } from "./viewer.ts";

/** A shell whose output a test writes. While it is paused what it says waits, as on a real channel. */
export class ScriptedShell implements ShellChannel {
  readonly written: Buffer[] = [];
  readonly sizes: TerminalSize[] = [];
  unsentBytes = 0;
  paused = false;
  closed = false;
  #waiting: Uint8Array[] = [];
  #onData: ((data: Uint8Array) => void) | undefined;
  #onClose: ((code: number | null) => void) | undefined;

  say(data: string | Uint8Array): void {
    this.#waiting.push(Buffer.from(data));
    this.#flow();
  }

  exit(code: number | null): void {
    this.#onClose?.(code);
  }

  get input(): string {
    return Buffer.concat(this.written).toString();
  }

  write(data: Uint8Array): void {
    this.written.push(Buffer.from(data));
  }
  resize(size: TerminalSize): void {
    this.sizes.push(size);
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
    this.#flow();
  }
  close(): void {
    this.closed = true;
  }
  onData(listener: (data: Uint8Array) => void): void {
    this.#onData = listener;
    this.#flow();
  }
  onClose(listener: (code: number | null) => void): void {
    this.#onClose = listener;
  }

  #flow(): void {
    while (!this.paused && this.#onData !== undefined) {
      const data = this.#waiting.shift();
      if (data === undefined) return;
      this.#onData(data);
    }
  }
}

/** A host of which only wakefulness matters. `thaw` waits while `hold` is set. */
export class WakeableHost implements TerminalHost {
  state: HostState = "running";
  failure = undefined;
  watches = 0;
  thaws = 0;
  hold: Promise<void> | undefined;

  async thaw(): Promise<void> {
    this.thaws += 1;
    await this.hold;
  }

  watch(): () => void {
    this.watches += 1;
    let held = true;
    return () => {
      if (held) this.watches -= 1;
      held = false;
    };
  }
}

/** A viewer that draws on a terminal of its own and acknowledges when it is told to. */
export class DrawingViewer implements ViewerSink {
  readonly terminal: headless.Terminal;
  readonly problems: Problem[] = [];
  screens = 0;
  liveBytes = 0;
  end_: TerminalEnd | undefined;
  /** Called with the size of each piece of live output. */
  onLive: (bytes: number) => void = () => {};
  #unsent: (() => void)[] = [];
  /** While true, frames stay in the socket. */
  blocked = false;

  constructor(size: TerminalSize, scrollback = 1_000) {
    this.terminal = newTerminal(size, scrollback);
  }

  screen({ size, redraw }: ScreenSnapshot, sent: () => void): void {
    this.screens += 1;
    this.terminal.reset();
    this.terminal.resize(size.cols, size.rows);
    this.#draw(redraw, sent);
  }
  output(data: Uint8Array, sent: () => void): void {
    this.liveBytes += data.length;
    this.#draw(data, sent);
    this.onLive(data.length);
  }
  problem(problem: Problem): void {
    this.problems.push(problem);
  }
  end(end: TerminalEnd): void {
    this.end_ = end;
  }

  unblock(): void {
    this.blocked = false;
    for (const sent of this.#unsent.splice(0)) sent();
  }

  #draw(data: Uint8Array, sent: () => void): void {
    this.terminal.write(data);
    if (this.blocked) this.#unsent.push(sent);
    else setImmediate(sent);
  }
}

export function newTerminal(size: TerminalSize, scrollback = 1_000): headless.Terminal {
  const terminal = new headless.Terminal({ ...size, scrollback, allowProposedApi: true, logLevel: "off" });
  terminal.loadAddon(new unicode11.Unicode11Addon() as unknown as headless.ITerminalAddon);
  terminal.unicode.activeVersion = "11";
  return terminal;
}

/** Resolves when everything written so far has been drawn. */
export function drawn(terminal: headless.Terminal): Promise<void> {
  return new Promise((resolve) => terminal.write("", resolve));
}

/** All that can be seen of a terminal, line by line with colours, and how it will react to what comes next. */
export function describeTerminal(terminal: headless.Terminal): string[] {
  const buffer = terminal.buffer.active;
  const cell = buffer.getNullCell();
  const lines: string[] = [];
  for (let y = 0; y < buffer.length; y++) {
    const line = buffer.getLine(y);
    let text = "";
    for (let x = 0; x < terminal.cols; x++) {
      line?.getCell(x, cell);
      if (cell.getWidth() === 0) continue;
      const flags = [cell.isBold(), cell.isItalic(), cell.isUnderline(), cell.isInverse(), cell.isDim()].map((flag) => (flag ? 1 : 0)).join("");
      const style = cell.getChars() === "" ? `${cell.getBgColor()}` : `${cell.getFgColor()},${cell.getBgColor()},${flags}`;
      text += `${cell.getChars() || " "}${style === "-1,-1,00000" || style === "-1" ? "" : `<${style}>`}`;
    }
    lines.push(text.replace(/ +$/, ""));
  }
  while (lines.length > 0 && lines.at(-1) === "") lines.pop();
  const { modes } = terminal;
  return [...lines, `cursor ${buffer.cursorX},${buffer.cursorY + buffer.baseY} on ${buffer.type}`, JSON.stringify(modes)];
}
