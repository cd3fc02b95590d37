import { generalText } from "../contract/parameters.ts";
import type { Exercise } from "../exercises/exercise.ts";
import type { Choice } from "../lti/deep-linking.ts";
import type { Lessons } from "./lessons.ts";

/** The exercises that an instructor puts into a platform's course: by chapter, in the order of the course. Those without a lesson come last. */
export function ltiChoices(exercises: readonly Pick<Exercise, "id" | "definition">[], { chapters }: Pick<Lessons, "chapters">): Choice[] {
  const places = new Map([...chapters.keys()].map((id, place) => [id, place]));
  const place = (id: string): number => places.get(id) ?? places.size;
  return exercises
    .toSorted((a, b) => place(a.id) - place(b.id))
    .map(({ id, definition: { title, parameters, tasks } }) => {
      const group = chapters.get(id);
      return { id, title: generalText(title, parameters), points: tasks.length, ...(group && { group }) };
    });
}
