import { randomInt } from "node:crypto";

/** Crockford's base 32: no I, L, O and U, so nothing is misread or spells a word. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A new code, 40 bits. Whoever has it can come in, so it can be switched off and changed. */
export const newJoinCode = (): string => Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join("");

/** As it is shown: `ABCD-EFGH`. */
export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;
