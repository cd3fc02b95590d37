import { memo, type ReactNode } from "react";
import type { Standing } from "../../../lab-server/contract/classes.ts";
import { taskState } from "../../lab/live-class.ts";
import { useTeach } from "./teach-context.ts";

interface Props {
  readonly one: Standing;
  /** Points that can be reached. */
  readonly most: number;
  /** As `exercise` of the grid. */
  readonly tasksOf: string | undefined;
  readonly chosen: boolean;
  readonly onChoose: (learner: string) => void;
}

/** One learner. A class has hundreds of them and events come all the time: it is drawn again only when something of it changes. */
export const GridRow = memo(function GridRow({ one, most, tasksOf, chosen, onChoose }: Props): ReactNode {
  const { room, titleOf, exerciseOf } = useTeach();
  return (
    <tr data-chosen={chosen ? "" : undefined}>
      <th scope="row">
        <button type="button" title={room.look(one.name)} aria-pressed={chosen} onClick={() => onChoose(one.learner)}>
          {one.name}
        </button>
      </th>
      <td className="class-state" data-work={one.state}>
        <span title={room.stateMeans[one.state]}>{room.states[one.state]}</span>
        {one.now !== undefined && <small>{titleOf(one.now.exercise)}</small>}
        {one.hand !== undefined && one.hand.text !== "" && <small className="class-hand-text">“{one.hand.text}”</small>}
      </td>
      <td>
        {one.points} / {most}
      </td>
      {tasksOf === undefined
        ? one.cells.map((cell) => <Cell key={cell.exercise} cell={cell} />)
        : exerciseOf(tasksOf)?.tasks.map(({ id }) => <TaskCell key={id} state={taskState(one, tasksOf, id)} />)}
    </tr>
  );
});

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
