/** Keys that a touch screen's keyboard lacks, as a terminal takes them (xterm, ctlseqs: "PC-Style Function Keys"). */
export const TOUCH_KEYS = ["Esc", "Tab", "Ctrl", "↑", "↓", "←", "→", "|", "/", "-", "~"] as const;
export type TouchKey = (typeof TOUCH_KEYS)[number];

const ARROWS: Partial<Record<TouchKey, string>> = { "↑": "A", "↓": "B", "→": "C", "←": "D" };

/**
 * What a key sends; undefined for Ctrl, which changes the next one.
 * @param application the program has asked for application cursor keys, as an editor does
 */
export function sends(key: TouchKey, application: boolean): string | undefined {
  const arrow = ARROWS[key];
  if (arrow !== undefined) return `\u001b${application ? "O" : "["}${arrow}`;
  if (key === "Ctrl") return undefined;
  return key === "Esc" ? "\u001b" : key === "Tab" ? "\t" : key;
}

/** A typed character with Ctrl; what Ctrl does not change is as it was. */
export function withCtrl(typed: string): string {
  const code = typed.toUpperCase().charCodeAt(0);
  return typed.length === 1 && code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : typed;
}
