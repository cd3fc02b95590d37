/** One key as RFB names it (X11 keysym) and as browsers name its place (`KeyboardEvent.code`). */
export interface ScreenKey {
  readonly keysym: number;
  readonly code: string;
}

const key = (keysym: number, code: string): ScreenKey => ({ keysym, code });

const CONTROL = key(0xffe3, "ControlLeft");
const ALT = key(0xffe9, "AltLeft");
const SHIFT = key(0xffe1, "ShiftLeft");
const SUPER = key(0xffeb, "MetaLeft");
const TAB = key(0xff09, "Tab");
const RETURN = key(0xff0d, "Enter");
const functionKey = (number: number): ScreenKey => key(0xffbd + number, `F${number}`);

/** Keys that a browser, or its system, takes for itself. Each is pressed in this order and let go in the other. */
export const KEY_COMBINATIONS = {
  "Ctrl+Alt+Del": [CONTROL, ALT, key(0xffff, "Delete")],
  Esc: [key(0xff1b, "Escape")],
  Tab: [TAB],
  "Alt+Tab": [ALT, TAB],
  "Alt+F4": [ALT, functionKey(4)],
  Super: [SUPER],
  "Ctrl+C": [CONTROL, key(0x63, "KeyC")],
  "Ctrl+W": [CONTROL, key(0x77, "KeyW")],
  F1: [functionKey(1)],
  F5: [functionKey(5)],
  F6: [functionKey(6)],
  F10: [functionKey(10)],
  F11: [functionKey(11)],
  F12: [functionKey(12)],
  "Ctrl+Alt+F1": [CONTROL, ALT, functionKey(1)],
  "Ctrl+Alt+F2": [CONTROL, ALT, functionKey(2)],
} as const satisfies Record<string, readonly ScreenKey[]>;
export type KeyCombination = keyof typeof KEY_COMBINATIONS;

/** What needs Shift on the keyboard that QEMU plays unless it is told otherwise (en-us). */
const SHIFTED = /[A-Z~!@#$%^&*()_+{}|:"<>?]/;
/** More than this is a file and not something to type. */
export const MAX_TYPED = 2_000;

export interface TypedText {
  /** For each character the keys to press, in order. */
  readonly strokes: readonly (readonly ScreenKey[])[];
  /** How many characters were left out: no key of that keyboard makes them, or they were too many. */
  readonly left: number;
}

/** The keys that write a text on an American keyboard: there is no other way to put text into a guest without an agent. */
export function typedText(text: string): TypedText {
  const strokes: (readonly ScreenKey[])[] = [];
  let left = 0;
  for (const character of text.replaceAll("\r\n", "\n")) {
    const keysym = character.codePointAt(0) ?? 0;
    if (strokes.length >= MAX_TYPED) left += 1;
    else if (character === "\n" || character === "\r") strokes.push([RETURN]);
    else if (character === "\t") strokes.push([TAB]);
    else if (keysym < 0x20 || keysym > 0x7e) left += 1;
    else strokes.push(SHIFTED.test(character) ? [SHIFT, key(keysym, "")] : [key(keysym, "")]);
  }
  return { strokes, left };
}
