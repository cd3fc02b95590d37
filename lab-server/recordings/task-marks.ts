import type { Locale } from "../contract/locale.ts";
import type { Verdict } from "../contract/verdict.ts";
import type { Seat } from "../seats/seat.ts";

/** Marks the moments at which tasks of the seat's exercise are done, in the learner's language. Gives the way to stop. */
export function marksForTasks(seat: Pick<Seat, "exercise" | "verdict" | "subscribe">, locale: Locale, mark: (label: string) => void): () => void {
  const done = new Set(seat.verdict === undefined ? [] : passedIn(seat.verdict.verdict));
  return seat.subscribe((event) => {
    if (event.type !== "verdict") return;
    for (const id of passedIn(event.verdict)) {
      if (done.has(id)) continue;
      done.add(id);
      const task = seat.exercise.definition.tasks.find((each) => each.id === id);
      if (task !== undefined) mark(`✓ ${task.text[locale]}`);
    }
  });
}

function passedIn({ tasks }: Verdict): string[] {
  return tasks.filter(({ outcome }) => outcome === "passed").map(({ task }) => task);
}
