import { createContext, useContext } from "react";
import { CLASS_STRINGS, type ClassStrings } from "../../lab/class-strings.ts";
import { type Account, useAccount } from "../account/account-context.ts";
import type { ClassChapterData } from "./class-data.ts";

/** What every part of the instructor's page may need. */
export interface Teach {
  readonly chapters: readonly ClassChapterData[];
  /** Something about the classes themselves has changed. */
  reload(): void;
}

export const TeachContext = createContext<Teach>({ chapters: [], reload: () => {} });

export function useTeach(): Teach & Pick<Account, "locale" | "call"> & { readonly strings: ClassStrings; titleOf(exercise: string): string } {
  const { chapters, reload } = useContext(TeachContext);
  const { locale, call } = useAccount();
  const titles = new Map(chapters.flatMap(({ exercises }) => exercises.map(({ id, title }) => [id, title])));
  return { chapters, reload, locale, call, strings: CLASS_STRINGS[locale], titleOf: (exercise) => titles.get(exercise) ?? exercise };
}
