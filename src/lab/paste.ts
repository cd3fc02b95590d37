/** What a learner pastes beyond this many lines is asked about even where nothing of it runs before Enter. */
const MANY_LINES = 10;

/** How many lines a text has; a line break at its end begins no new one. */
export function linesOf(text: string): number {
  return text.replace(/(\r\n|\r|\n)$/, "").split(/\r\n|\r|\n/).length;
}

/**
 * Whether a paste is worth a question. Without bracketed paste (xterm, "Bracketed Paste Mode") the shell runs every line at once
 * as it comes, and a single line too when it ends with a line break.
 */
export function asksBeforePaste(text: string, bracketed: boolean): boolean {
  const lines = linesOf(text);
  return bracketed ? lines >= MANY_LINES : lines > 1;
}
