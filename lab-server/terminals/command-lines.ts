import type headless from "@xterm/headless";

/** What is kept of one command line. */
export const MOST_LINE_LENGTH = 500;
/** A command line is looked for on so many rows of the screen at most. */
const MOST_ROWS = 40;

/** A command has begun, as it stands on the screen; or the one before has ended. */
export type CommandEvent = { readonly began: string } | { readonly ended: number };

/**
 * Reads command lines off a screen: between the end of the prompt (OSC 133;B) and the start of the command (133;C) stands what was
 * typed, as its learner sees it: edited, completed, recalled from the history. What a program reads without showing it, a password,
 * is not there. Anybody may print such marks, or clear the screen before: it is a hint and no proof.
 */
export function readCommandLines(terminal: headless.Terminal, tell: (event: CommandEvent) => void): void {
  let from: { readonly marker: headless.IMarker; readonly column: number } | undefined;
  const forget = (): void => {
    from?.marker.dispose();
    from = undefined;
  };
  terminal.parser.registerOscHandler(133, (data) => {
    const buffer = terminal.buffer.active;
    const kind = data[0];
    if (kind === "B") {
      forget();
      const marker = buffer.type === "normal" ? terminal.registerMarker(0) : undefined;
      if (marker !== undefined) from = { marker, column: buffer.cursorX };
    } else if (kind === "C") {
      if (from !== undefined && from.marker.line >= 0 && buffer.type === "normal") {
        const line = textBetween(buffer, from.marker.line, from.column, buffer.baseY + buffer.cursorY);
        if (line !== "") tell({ began: line });
      }
      forget();
    } else if (kind === "D") {
      const status = /^D;(\d{1,3})$/.exec(data)?.[1];
      if (status !== undefined) tell({ ended: Number(status) });
    }
    return true;
  });
}

/** From a column of a row up to the row above the cursor, which has gone to a new one by then. */
function textBetween(buffer: headless.IBuffer, first: number, column: number, cursor: number): string {
  const rows: string[] = [];
  for (let row = first; row < cursor && row < first + MOST_ROWS; row += 1) {
    const line = buffer.getLine(row);
    if (line === undefined) break;
    const text = line.translateToString(!buffer.getLine(row + 1)?.isWrapped, row === first ? column : 0);
    if (line.isWrapped && rows.length > 0) rows[rows.length - 1] += text;
    else rows.push(text);
  }
  return rows
    .join("\n")
    .replace(/[^\P{C}\n]/gu, "")
    .trim()
    .slice(0, MOST_LINE_LENGTH);
}
