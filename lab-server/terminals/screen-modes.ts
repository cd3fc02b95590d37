import type { Terminal } from "@xterm/headless";

interface Region {
  readonly top: number;
  readonly bottom: number;
}

const MOUSE_TRACKING = { none: "", x10: "\x1b[?9h", vt200: "\x1b[?1000h", drag: "\x1b[?1002h", any: "\x1b[?1003h" };

/**
 * The modes of a terminal as sequences that set them again. Most are asked of the terminal; those that it does not tell
 * are noted as they go by: mouse encoding, the cursor's visibility and shape, scroll regions, line drawing, the title.
 */
export class ScreenModes {
  readonly #terminal: Terminal;
  #sgrMouse = false;
  #cursorHidden = false;
  #cursorStyle = 0;
  #lineDrawing = false;
  #title = "";
  /** Undefined is the whole screen. */
  #regions: { normal: Region | undefined; alternate: Region | undefined } = { normal: undefined, alternate: undefined };

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    const { parser } = terminal;
    // Each handler only looks: `false` leaves the sequence to the terminal.
    const seen =
      <T extends unknown[]>(look: (...args: T) => void) =>
      (...args: T): false => {
        look(...args);
        return false;
      };
    parser.registerCsiHandler(
      { prefix: "?", final: "h" },
      seen((params) => this.#setModes(params, true)),
    );
    parser.registerCsiHandler(
      { prefix: "?", final: "l" },
      seen((params) => this.#setModes(params, false)),
    );
    parser.registerCsiHandler(
      { intermediates: " ", final: "q" },
      seen((params) => this.#setCursorStyle(params)),
    );
    parser.registerCsiHandler(
      { final: "r" },
      seen((params) => this.#setRegion(params)),
    );
    parser.registerCsiHandler(
      { intermediates: "!", final: "p" },
      seen(() => this.#resetSoftly()),
    );
    parser.registerEscHandler(
      { final: "c" },
      seen(() => this.#resetFully()),
    );
    parser.registerEscHandler(
      { intermediates: "(", final: "0" },
      seen(() => this.#setLineDrawing(true)),
    );
    parser.registerEscHandler(
      { intermediates: "(", final: "B" },
      seen(() => this.#setLineDrawing(false)),
    );
    terminal.onTitleChange((title) => {
      this.#title = title;
    });
    // A resize gives both screens their whole height back.
    terminal.onResize(() => {
      this.#regions = { normal: undefined, alternate: undefined };
    });
  }

  /** Sets a screen's scroll region, which moves the cursor. */
  region(screen: "normal" | "alternate"): string {
    const region = this.#regions[screen];
    return region === undefined ? "" : `\x1b[${region.top};${region.bottom}r`;
  }

  /** Lets rows count from the scroll region, which moves the cursor. */
  origin(): string {
    return this.#terminal.modes.originMode ? "\x1b[?6h" : "";
  }

  /** How many rows above the one that counts as the first. */
  originRow(): number {
    return this.#terminal.modes.originMode ? (this.#regions[this.#terminal.buffer.active.type]?.top ?? 1) - 1 : 0;
  }

  /** All others; none of them moves the cursor. */
  rest(): string {
    const { modes } = this.#terminal;
    return [
      modes.applicationCursorKeysMode ? "\x1b[?1h" : "",
      modes.applicationKeypadMode ? "\x1b[?66h" : "",
      modes.bracketedPasteMode ? "\x1b[?2004h" : "",
      modes.insertMode ? "\x1b[4h" : "",
      modes.reverseWraparoundMode ? "\x1b[?45h" : "",
      modes.sendFocusMode ? "\x1b[?1004h" : "",
      modes.wraparoundMode ? "" : "\x1b[?7l",
      MOUSE_TRACKING[modes.mouseTrackingMode],
      this.#sgrMouse ? "\x1b[?1006h" : "",
      this.#cursorStyle === 0 ? "" : `\x1b[${this.#cursorStyle} q`,
      this.#cursorHidden ? "\x1b[?25l" : "\x1b[?25h",
      this.#title === "" ? "" : `\x1b]2;${this.#title}\x07`,
      this.#lineDrawing ? "\x1b(0" : "",
    ].join("");
  }

  #setModes(params: (number | number[])[], on: boolean): void {
    for (const param of params) {
      if (param === 25) this.#cursorHidden = !on;
      else if (param === 1006) this.#sgrMouse = on;
      else if ((param === 47 || param === 1047 || param === 1049) && !on) this.#regions.alternate = undefined;
    }
  }

  #setRegion(params: (number | number[])[]): void {
    const { rows } = this.#terminal;
    const wanted = numberAt(params, 1);
    const top = Math.max(1, numberAt(params, 0));
    const bottom = wanted === 0 || wanted > rows ? rows : wanted;
    if (bottom <= top) return;
    this.#regions[this.#terminal.buffer.active.type] = top === 1 && bottom === rows ? undefined : { top, bottom };
  }

  #setCursorStyle(params: (number | number[])[]): void {
    this.#cursorStyle = numberAt(params, 0);
  }

  #setLineDrawing(on: boolean): void {
    this.#lineDrawing = on;
  }

  #resetSoftly(): void {
    this.#cursorHidden = false;
    this.#cursorStyle = 0;
    this.#lineDrawing = false;
    this.#regions[this.#terminal.buffer.active.type] = undefined;
  }

  #resetFully(): void {
    this.#resetSoftly();
    this.#sgrMouse = false;
    this.#regions = { normal: undefined, alternate: undefined };
  }
}

function numberAt(params: (number | number[])[], index: number): number {
  const param = params[index];
  return typeof param === "number" ? param : 0;
}
