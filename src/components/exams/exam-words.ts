import type { Locale } from "../../../lab-server/contract/locale.ts";

const prefix = (locale: Locale): string => (locale === "en" ? "" : `/${locale}`);

/** The page of one's own attempts at an exercise. */
export const attemptsPath = (exercise: string, locale: Locale): string => `${prefix(locale)}/attempts/#${exercise}`;

/** A moment as people write it. */
export function momentOf(iso: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === "en" ? "en" : "zh-CN", { dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso));
}

/** The time of day alone. */
export const timeOf = (iso: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === "en" ? "en" : "zh-CN", { timeStyle: "medium" }).format(new Date(iso));

export const gib = (bytes: number): string => (bytes / 1024 ** 3).toFixed(1);
export const mib = (bytes: number): number => Math.round(bytes / 1024 ** 2);
