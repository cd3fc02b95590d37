import assert from "node:assert/strict";
import { LOCALES, textSchema } from "../../../lab-server/contract/locale.ts";

/** For tests: every text in `data`, however deep, is there in every language, and Chinese prose has full-width punctuation. */
export function complete(data: unknown, path = ""): void {
  if (typeof data !== "object" || data === null) return;
  if (LOCALES.some((locale) => locale in data)) {
    const text = textSchema.parse(data);
    const prose = text["zh-cn"].replaceAll(/`[^`]*`/g, "");
    assert.doesNotMatch(prose, /\p{Script=Han}\s*[,;:?!](?:\s|$)|\p{Script=Han}\.(?:\s|$)/u, `${path}: half-width punctuation in ${text["zh-cn"]}`);
    return;
  }
  for (const [key, value] of Object.entries(data)) complete(value, `${path}.${key}`);
}
