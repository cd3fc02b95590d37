import { type ReactNode, useState } from "react";
import type { Grades, Standing } from "../../../lab-server/contract/classes.ts";
import type { WorkState } from "../../../lab-server/contract/classroom.ts";
import { type GridOrder, ordered, taskState } from "../../lab/live-class.ts";
import { InlineText } from "../lab/InlineText.tsx";
import { useTeach } from "./teach-context.ts";

interface Props {
  readonly grades: Grades;
  /** Only those who get on so. */
  readonly only: WorkState | undefined;
  /** The exercise whose tasks are the columns; undefined: the exercises are. */
  readonly exercise: string | undefined;
  /** The learner who is looked at. */
  readonly chosen: string | undefined;
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
            <tr key={one.learner} data-chosen={one.learner === chosen ? "" : undefined}>
              <th scope="row">
                <button type="button" title={room.look(one.name)} aria-pressed={one.learner === chosen} onClick={() => onChoose(one.learner)}>
                  {one.name}
                </button>
              </th>
              <td className="class-state" data-work={one.state}>
                <span title={room.stateMeans[one.state]}>{room.states[one.state]}</span>
                {one.now !== undefined && <small>{titleOf(one.now.exercise)}</small>}
                {one.hand !== undefined && one.hand.text !== "" && <small className="class-hand-text">“{one.hand.text}”</small>}
              </td>
              <td>
                {one.points} / {grades.most}
              </td>
              {exercise === undefined
                ? one.cells.map((cell) => <Cell key={cell.exercise} cell={cell} />)
                : tasks.map(({ id }) => <TaskCell key={id} state={taskState(one, exercise, id)} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const MARKS = { passed: "✓", failing: "✗", none: "·" } as const;

function TaskCell({ state }: { readonly state: "passed" | "failing" | "none" }): ReactNode {
  const { room } = useTeach();
  const words = { passed: room.passed, failing: room.failing, none: room.open }[state];
  return (
    <td data-state={{ passed: "done", failing: "failing", none: "none" }[state]} title={words}>
      <span aria-hidden="true">{MARKS[state]}</span>
      <span className="sr-only">{words}</span>
    </td>
  );
}

function Cell({ cell }: { readonly cell: Standing["cells"][number] }): ReactNode {
  const { strings } = useTeach();
  const { passed, tasks, attempts, hints, solution, late, failing } = cell;
  const state = passed === tasks && tasks > 0 ? "done" : failing.length > 0 ? "failing" : passed > 0 || attempts > 0 ? "begun" : "none";
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
