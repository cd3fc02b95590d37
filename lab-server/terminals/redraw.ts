import type { IBuffer, IBufferCell, Terminal } from "@xterm/headless";
import type { ScreenModes } from "./screen-modes.ts";

/**
 * What a headless terminal knows and its interface does not tell: the colours the next character will have, and
 * the cursor that ESC 7 saved. Pinned to @xterm/headless 6.0; `snapshot.test.ts` fails where it no longer holds.
 */
interface Core {
  readonly _inputHandler: { readonly _curAttrData: Pen };
  readonly buffers: Record<"normal" | "alt", { readonly savedX: number; readonly savedY: number; readonly savedCurAttrData: Pen }>;
}
type Pen = Pick<
  IBufferCell,
  | "isBold"
  | "isDim"
  | "isItalic"
  | "isUnderline"
  | "isBlink"
  | "isInverse"
  | "isInvisible"
  | "isStrikethrough"
  | "isOverline"
  | "isFgRGB"
  | "isFgPalette"
  | "getFgColor"
  | "isBgRGB"
  | "isBgPalette"
  | "getBgColor"
>;
/** Colours and flags as xterm packs them: two cells with the same numbers look the same. */
type PackedCell = IBufferCell & { readonly fg: number; readonly bg: number };

/**
 * The sequences that make an empty terminal of the same size equal to this one: scrollback, both screens, cursor,
 * colours, modes. Written out here because @xterm/addon-serialize (0.14) loses coloured emptiness, colours after
 * a change of screen, bold beside dim, the scroll region, the cursor's visibility and how mouse events are encoded.
 *
 * What is still lost: links, tab stops, underline colours, and where a line that was partly erased had been wrapped.
 */
export function redrawSequence(terminal: Terminal, modes: ScreenModes, scrollback: number): string {
  const core = (terminal as unknown as { _core: Core })._core;
  const { normal, alternate, active } = terminal.buffer;
  const parts = [drawRows(terminal, normal, Math.max(0, normal.baseY - scrollback))];
  const { savedX, savedY, savedCurAttrData } = core.buffers.normal;
  const saved = `${sgr(savedCurAttrData)}\x1b[${Math.max(0, savedY - normal.baseY) + 1};${savedX + 1}H`;
  if (active.type === "alternate") {
    // Entering the alternate screen saves the cursor by itself; leaving it brings that cursor back.
    parts.push(modes.region("normal"), saved, "\x1b[?1049h\x1b[0m\x1b[2J\x1b[H", drawRows(terminal, alternate, 0));
    const { savedX: x, savedY: y, savedCurAttrData: pen } = core.buffers.alt;
    parts.push(`${sgr(pen)}\x1b[${y + 1};${x + 1}H\x1b7`);
  } else parts.push(saved, "\x1b7");
  parts.push(modes.region(active.type), modes.origin(), placeCursor(terminal, active, modes));
  parts.push(sgr(core._inputHandler._curAttrData), modes.rest());
  return parts.join("");
}

/** Rows from `first` to the last, written from the top; those above the screen scroll away into the scrollback. */
function drawRows(terminal: Terminal, buffer: IBuffer, first: number): string {
  const cell = buffer.getNullCell() as PackedCell;
  const parts: string[] = [];
  let wrapped = false;
  for (let y = first; y < buffer.length; y++) {
    const line = buffer.getLine(y);
    if (line === undefined) break;
    let fg = 0;
    let bg = 0;
    let blanks = 0;
    // A row that scrolls in by wrapping is filled with the background of its first character.
    line.getCell(0, cell);
    const filled = wrapped && !cell.isBgDefault();
    let colored = filled;
    // Emptiness is erased in its colour and stepped over: a written space would be text.
    const stepOver = (last: boolean): void => {
      if (blanks > 0 && colored) parts.push(`\x1b[${blanks}X`);
      if (blanks > 0 && !last) parts.push(`\x1b[${blanks}C`);
      blanks = 0;
    };
    for (let x = 0; x < terminal.cols; x++) {
      line.getCell(x, cell);
      const chars = cell.getChars();
      if (cell.fg !== fg || cell.bg !== bg) {
        stepOver(false);
        parts.push(sgr(cell));
        ({ fg, bg } = cell);
        colored = filled || !cell.isBgDefault();
      }
      if (chars === "") blanks += 1;
      else {
        stepOver(false);
        parts.push(chars);
        if (cell.getWidth() === 2) x += 1;
      }
    }
    stepOver(true);
    // A row that scrolls in by a line break is filled with the background that is set.
    if (fg !== 0 || bg !== 0) parts.push("\x1b[0m");
    wrapped = wrapsByItself(terminal, buffer, y);
    if (y + 1 < buffer.length && !wrapped) parts.push("\r\n");
  }
  return parts.join("");
}

/** The next row is the rest of this one, and writing it will put it there without a line break. */
function wrapsByItself(terminal: Terminal, buffer: IBuffer, y: number): boolean {
  const next = buffer.getLine(y + 1);
  const head = next?.getCell(0);
  if (next?.isWrapped !== true || head === undefined || head.getChars() === "") return false;
  const line = buffer.getLine(y);
  const last = line?.getCell(terminal.cols - 1);
  if (last !== undefined && (last.getChars() !== "" || last.getWidth() === 0)) return true;
  // A wide character that did not fit left one column empty.
  const before = line?.getCell(terminal.cols - 2);
  return head.getWidth() === 2 && before !== undefined && (before.getChars() !== "" || before.getWidth() === 0);
}

function placeCursor(terminal: Terminal, buffer: IBuffer, modes: ScreenModes): string {
  const row = buffer.cursorY + 1 - modes.originRow();
  if (buffer.cursorX < terminal.cols) return `\x1b[${row};${buffer.cursorX + 1}H`;
  // Past the last column: only writing a character brings the cursor there, so the last one is written again.
  const line = buffer.getLine(buffer.baseY + buffer.cursorY);
  let x = terminal.cols - 1;
  let cell = line?.getCell(x);
  if (cell?.getWidth() === 0) cell = line?.getCell(--x);
  return `\x1b[${row};${x + 1}H${cell === undefined ? "" : `${sgr(cell)}${cell.getChars()}`}`;
}

/** Exactly these colours and flags, whatever was set before. */
function sgr(pen: Pen): string {
  const codes = ["0"];
  if (pen.isBold()) codes.push("1");
  if (pen.isDim()) codes.push("2");
  if (pen.isItalic()) codes.push("3");
  if (pen.isUnderline()) codes.push("4");
  if (pen.isBlink()) codes.push("5");
  if (pen.isInverse()) codes.push("7");
  if (pen.isInvisible()) codes.push("8");
  if (pen.isStrikethrough()) codes.push("9");
  if (pen.isOverline()) codes.push("53");
  if (pen.isFgRGB()) codes.push(`38;2;${rgb(pen.getFgColor())}`);
  else if (pen.isFgPalette()) codes.push(palette(pen.getFgColor(), 30));
  if (pen.isBgRGB()) codes.push(`48;2;${rgb(pen.getBgColor())}`);
  else if (pen.isBgPalette()) codes.push(palette(pen.getBgColor(), 40));
  return `\x1b[${codes.join(";")}m`;
}

function rgb(color: number): string {
  return `${(color >> 16) & 255};${(color >> 8) & 255};${color & 255}`;
}

function palette(color: number, base: 30 | 40): string {
  if (color < 8) return String(base + color);
  return color < 16 ? String(base + 52 + color) : `${base + 8};5;${color}`;
}
