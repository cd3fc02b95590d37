import { type ReactNode, useState } from "react";
import type { Grades, Standing } from "../../../lab-server/contract/classes.ts";
import { useTeach } from "./teach-context.ts";

type By = "name" | "points" | "now";

function sorted(learners: readonly Standing[], by: By): readonly Standing[] {
  const of = (one: Standing): number => (by === "points" ? -one.points : one.now === undefined ? 1 : 0);
  return learners.toSorted((a, b) => (by === "name" ? 0 : of(a) - of(b)) || a.name.localeCompare(b.name));
}

/** Learners by exercises: how far each has come. */
export function ClassGrid({ grades }: { readonly grades: Grades }): ReactNode {
  const { strings, titleOf } = useTeach();
  const [by, setBy] = useState<By>("name");
  const exercises = grades.learners[0]?.cells.map(({ exercise }) => exercise) ?? [];
  const heads: readonly (readonly [By, string])[] = [
    ["name", strings.learner],
    ["points", strings.points],
    ["now", strings.now],
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
            {exercises.map((exercise) => (
              <th key={exercise} scope="col">
                {titleOf(exercise)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(grades.learners, by).map(({ learner, name, points, now, cells }) => (
            <tr key={learner}>
              <th scope="row">{name}</th>
              <td>
                {points} / {grades.most}
              </td>
              <td>{now === undefined ? strings.idle : titleOf(now.exercise)}</td>
              {cells.map((cell) => (
                <Cell key={cell.exercise} cell={cell} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ cell }: { readonly cell: Standing["cells"][number] }): ReactNode {
  const { strings } = useTeach();
  const { passed, tasks, attempts, hints, solution, late } = cell;
  const state = passed === tasks && tasks > 0 ? "done" : passed > 0 || attempts > 0 ? "begun" : "none";
  const notes = [
    strings.cell(passed, tasks, attempts),
    ...(hints > 0 ? [strings.hintsTaken(hints)] : []),
    ...(solution ? [strings.solutionSeen] : []),
    ...(late ? [strings.late] : []),
  ];
  return (
    <td data-state={state} title={notes.join(", ")}>
      <span aria-hidden="true">
        {state === "done" ? "✓ " : ""}
        {passed}/{tasks}
        {solution || hints > 0 ? " ?" : ""}
        {late ? " !" : ""}
      </span>
      <span className="sr-only">{notes.join(", ")}</span>
    </td>
  );
}
