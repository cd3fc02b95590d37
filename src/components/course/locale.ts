import type { Locale } from "../../../lab-server/contract/locale.ts";
import { STRINGS, type Strings } from "../../lab/strings.ts";

/** @param locale Starlight's: undefined at the site's root. */
export function pageLocale(locale: string | undefined): Locale {
  return locale === "zh-cn" ? "zh-cn" : "en";
}

export function pageStrings(locale: string | undefined): Strings {
  return STRINGS[pageLocale(locale)];
}
