import { createContext, useContext, useSyncExternalStore } from "react";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import type { LessonExercise } from "../../lab/lesson-exercise.ts";
import type { SeatStore } from "../../lab/seat-store.ts";
import type { Store } from "../../lab/store.ts";
import { STRINGS, type Strings } from "../../lab/strings.ts";

/** What every part of the panel may need. */
export interface Lab {
  readonly store: SeatStore;
  /** The exercise that the panel is for. */
  readonly exercise: LessonExercise;
  /** All exercises of the lesson, in order. */
  readonly exercises: readonly LessonExercise[];
  /** Shows another exercise of the lesson instead. */
  choose(exercise: string): void;
  readonly locale: Locale;
}

export const LabContext = createContext<Lab | undefined>(undefined);

export function useLab(): Lab & { readonly strings: Strings } {
  const lab = useContext(LabContext);
  if (lab === undefined) throw new Error("a part of the lab panel was used outside of LabPanel");
  return { ...lab, strings: STRINGS[lab.locale] };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
