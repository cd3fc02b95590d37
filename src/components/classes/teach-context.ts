import { createContext, useContext } from "react";
import { CLASS_STRINGS, type ClassStrings } from "../../lab/class-strings.ts";
import { ROOM_STRINGS, type RoomStrings } from "../../lab/room-strings.ts";
import { type Account, useAccount } from "../account/account-context.ts";
import type { ClassChapterData, ClassExerciseData } from "./class-data.ts";

/** What every part of the instructor's page may need. */
export interface Teach {
  readonly chapters: readonly ClassChapterData[];
  /** Something about the classes themselves has changed. */
  reload(): void;
}

export const TeachContext = createContext<Teach>({ chapters: [], reload: () => {} });

export interface TeachTools extends Teach, Pick<Account, "locale" | "call"> {
  readonly strings: ClassStrings;
  readonly room: RoomStrings;
  exerciseOf(id: string): ClassExerciseData | undefined;
  titleOf(exercise: string): string;
  /** What a task asks for. */
  taskOf(exercise: string, task: string): string;
}

const exercises = new WeakMap<readonly ClassChapterData[], ReadonlyMap<string, ClassExerciseData>>();

/** A grid asks thousands of times. */
function exercisesOf(chapters: readonly ClassChapterData[]): ReadonlyMap<string, ClassExerciseData> {
  const known = exercises.get(chapters) ?? new Map(chapters.flatMap((chapter) => chapter.exercises.map((one) => [one.id, one] as const)));
  exercises.set(chapters, known);
  return known;
}

export function useTeach(): TeachTools {
  const { chapters, reload } = useContext(TeachContext);
  const { locale, call } = useAccount();
  const exerciseOf = (id: string): ClassExerciseData | undefined => exercisesOf(chapters).get(id);
  return {
    ...{ chapters, reload, locale, call, strings: CLASS_STRINGS[locale], room: ROOM_STRINGS[locale], exerciseOf },
    titleOf: (exercise) => exerciseOf(exercise)?.title ?? exercise,
    taskOf: (exercise, task) => exerciseOf(exercise)?.tasks.find(({ id }) => id === task)?.text ?? task,
  };
}
