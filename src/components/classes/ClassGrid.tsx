import { type ReactNode, useState } from "react";
import type { Grades } from "../../../lab-server/contract/classes.ts";
import type { WorkState } from "../../../lab-server/contract/classroom.ts";
import { type GridOrder, ordered } from "../../lab/live-class.ts";
import { InlineText } from "../lab/InlineText.tsx";
import { GridRow } from "./GridRow.tsx";
import { useTeach } from "./teach-context.ts";

interface Props {
  readonly grades: Grades;
  /** Only those who get on so. */
  readonly only: WorkState | undefined;
  /** The exercise whose tasks are the columns; undefined: the exercises are. */
  readonly exercise: string | undefined;
  /** The learner who is looked at. */
  readonly chosen: string | undefined;
  /** The same function each time: a row that has not changed is not drawn again. */
  readonly onChoose: (learner: string) => void;
}

/** Learners by exercises, or by the tasks of one: how each gets on and how far they have come. */
export function ClassGrid({ grades, only, exercise, chosen, onChoose }: Props): ReactNode {
  const { strings, room, titleOf, exerciseOf } = useTeach();
  const [by, setBy] = useState<GridOrder>("state");
  const exercises = grades.learners[0]?.cells.map(({ exercise: id }) => id) ?? [];
  const tasks = exercise === undefined ? [] : (exerciseOf(exercise)?.tasks ?? []);
  const heads: readonly (readonly [GridOrder, string])[] = [
    ["name", strings.learner],
    ["state", room.state],
    ["points", strings.points],
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="account-table class-grid" aria-label={strings.grid} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map(([key, label]) => (
              <th key={key} scope="col" aria-sort={by === key ? "ascending" : "none"}>
                <button type="button" aria-label={strings.sortBy(label)} onClick={() => setBy(key)}>
                  {label}
                </button>
              </th>
            ))}
            {exercise === undefined
              ? exercises.map((id) => (
                  <th key={id} scope="col">
                    {titleOf(id)}
                  </th>
                ))
              : tasks.map(({ id, text }) => (
                  <th key={id} scope="col">
                    <InlineText text={text} />
                  </th>
                ))}
          </tr>
        </thead>
        <tbody>
          {ordered(
            grades.learners.filter(({ state }) => only === undefined || state === only),
            by,
          ).map((one) => (
            <GridRow key={one.learner} one={one} most={grades.most} tasksOf={exercise} chosen={one.learner === chosen} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
