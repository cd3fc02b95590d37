const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SHIFTS_AND_ESCAPE = [0x1b, 0x0e, 0x0f];
/** First byte of U+0080 to U+009F, which a terminal takes for control sequences. */
const C1_LEAD = 0xc2;

/** Whether the bytes are nothing but text and line ends: what they do to a terminal is then gone once it has scrolled away. */
export function isPlain(data: Uint8Array): boolean {
  if (SHIFTS_AND_ESCAPE.some((byte) => data.includes(byte))) return false;
  for (let at = data.indexOf(C1_LEAD); at >= 0; at = data.indexOf(C1_LEAD, at + 1)) {
    const next = data[at + 1];
    if (next === undefined || (next >= 0x80 && next <= 0x9f)) return false;
  }
  return true;
}

/**
 * Shortens plain chunks to their last `lines` lines or a few more, beginning at a line's start. A terminal that keeps
 * fewer lines than that, screen included, ends up the same, whatever it showed before. Gives undefined when there is
 * nothing to drop.
 */
export function lastLines(chunks: readonly Uint8Array[], lines: number): Uint8Array[] | undefined {
  let found = 0;
  for (let index = chunks.length - 1; index >= 0; index--) {
    const chunk = chunks[index];
    if (chunk === undefined) break;
    for (let at = chunk.lastIndexOf(LINE_FEED); at > 0; at = at === 0 ? -1 : chunk.lastIndexOf(LINE_FEED, at - 1)) {
      found += 1;
      // Without the carriage return the next line would not begin in the first column.
      if (found <= lines || chunk[at - 1] !== CARRIAGE_RETURN) continue;
      if (index === 0 && at < 2) return undefined;
      return [Uint8Array.of(CARRIAGE_RETURN), chunk.subarray(at + 1), ...chunks.slice(index + 1)];
    }
  }
  return undefined;
}
