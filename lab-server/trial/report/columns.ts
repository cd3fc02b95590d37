/** Characters that a terminal draws two columns wide: Chinese, full-width punctuation, emoji (Unicode TR 11, W and F). */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

/** How many columns a terminal needs for a text. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

/** Rows as lines whose cells stand below each other, two blanks apart. */
export function align(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [place, cell] of row.entries()) widths[place] = Math.max(widths[place] ?? 0, columnsOf(cell));
  return rows.map((row) =>
    row
      .map((cell, place) => cell + " ".repeat((widths[place] ?? 0) - columnsOf(cell)))
      .join("  ")
      .trimEnd(),
  );
}
