import type { Locale } from "../../lab-server/contract/locale.ts";

/** The first character of each Pinyin initial, in the order of Chinese collation; no syllable begins with I, U or V. */
const PINYIN_STARTS = [
  ["A", "阿"],
  ["B", "八"],
  ["C", "嚓"],
  ["D", "哒"],
  ["E", "妸"],
  ["F", "发"],
  ["G", "旮"],
  ["H", "哈"],
  ["J", "讥"],
  ["K", "咔"],
  ["L", "垃"],
  ["M", "妈"],
  ["N", "拏"],
  ["O", "噢"],
  ["P", "妑"],
  ["Q", "七"],
  ["R", "呥"],
  ["S", "仨"],
  ["T", "他"],
  ["W", "穵"],
  ["X", "夕"],
  ["Y", "丫"],
  ["Z", "帀"],
] as const;

const collators: Readonly<Record<Locale, Intl.Collator>> = {
  en: new Intl.Collator("en", { numeric: true }),
  "zh-cn": new Intl.Collator("zh-CN-u-co-pinyin", { numeric: true }),
};

/** The letter under which a term stands: its own first letter or, for a Chinese term, that of its Pinyin. `#` is for all else. */
export function letterOf(term: string): string {
  const first = /[\p{L}\p{N}]/u.exec(term)?.[0] ?? "";
  if (/[A-Za-z]/.test(first)) return first.toUpperCase();
  if (!/\p{Script=Han}/u.test(first)) return "#";
  const { compare } = collators["zh-cn"];
  return PINYIN_STARTS.findLast(([, start]) => compare(start, first) <= 0)?.[0] ?? "#";
}

/** Terms by their letters, in the order in which readers of the language look for them. */
export function byLetter<T>(entries: readonly T[], termOf: (entry: T) => string, locale: Locale): readonly (readonly [string, readonly T[]])[] {
  const { compare } = collators[locale];
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const letter = letterOf(termOf(entry));
    groups.set(letter, [...(groups.get(letter) ?? []), entry]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([letter, group]) => [letter, group.toSorted((a, b) => compare(sortable(termOf(a)), sortable(termOf(b))))] as const);
}

/** Marks before the first letter, as in `/dev/kvm`, do not count. */
function sortable(term: string): string {
  return term.replace(/^[^\p{L}\p{N}]+/u, "");
}
