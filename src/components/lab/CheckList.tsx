import { type ReactNode, useEffect, useState } from "react";
import type { TaskVerdict } from "../../../lab-server/contract/verdict.ts";
import { CheckTask } from "./CheckTask.tsx";
import { useLab, useStore } from "./lab-context.ts";
import { NextExercise } from "./NextExercise.tsx";
import { SolutionNote } from "./SolutionNote.tsx";
import { VerdictLinks } from "./VerdictLinks.tsx";

/** The tasks, what the latest check found out about each, and the button that checks. */
export function CheckList(): ReactNode {
  const { store, exercise, strings } = useLab();
  const { seat, verdict, asked, pending, progress } = useStore(store);
  const [hintsOut, setHintsOut] = useState(false);
  const [open, setOpen] = useState(() => matchMedia("(min-width: 80rem)").matches);
  // Opened by itself when the learner asked and there is something to read.
  useEffect(() => {
    if (asked > 0 && store.get().verdict?.outcome !== "passed") setOpen(true);
  }, [asked, store]);

  const results = new Map<string, TaskVerdict>(verdict?.tasks.map((task) => [task.task, task]));
  const earlier = progress.find((entry) => entry.exercise === exercise.id);
  const done = verdict?.tasks.filter((task) => task.outcome === "passed").length ?? 0;
  const standing = verdict !== undefined ? strings.tasksDone(done, exercise.tasks.length) : earlier?.passedAt !== undefined ? strings.finishedBefore : "";
  const checking = pending === "check";
  /** In an exam a verdict costs an attempt; where none is left the server says so. */
  const check = (): void => {
    const left = seat?.exam?.checksLeft ?? 0;
    if (left === 0 || confirm(strings.examCheck(left))) void store.check();
  };

  return (
    <section className="lab-check" aria-label={strings.tasks}>
      <div className="lab-check-head">
        <button
          type="button"
          className="lab-check-toggle"
          aria-expanded={open}
          aria-controls="lab-tasks"
          title={open ? strings.hideTasks : strings.showTasks}
          onClick={() => setOpen(!open)}
        >
          <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
            <path d="m5 3 5 5-5 5" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
          </svg>
          {strings.tasks}
        </button>
        <span className="lab-check-count">{standing}</span>
        <button type="button" className="lab-button primary" aria-disabled={pending !== undefined} onClick={check}>
          {checking ? strings.working.check : asked === 0 ? strings.check : strings.checkAgain}
        </button>
      </div>
      <p className="sr-only" role="status">
        {verdict === undefined || checking ? "" : asked === 0 && verdict.outcome !== "passed" ? standing : `${strings.outcomes[verdict.outcome]}. ${standing}`}
      </p>
      {verdict?.outcome === "passed" && (
        <div className="lab-passed">
          <p>{strings.allPassed}</p>
          <NextExercise />
        </div>
      )}
      <ol id="lab-tasks" className="lab-task-list" hidden={!open}>
        {exercise.tasks.map((task) => (
          <CheckTask
            key={task.id}
            task={task}
            verdict={results.get(task.id)}
            passedEarlier={verdict === undefined && earlier?.passedTasks.includes(task.id) === true}
            onHintsOut={() => setHintsOut(true)}
          />
        ))}
      </ol>
      {open && hintsOut && verdict?.outcome !== "passed" && !exercise.exam && seat?.exam === undefined && <SolutionNote />}
      {open && verdict !== undefined && <VerdictLinks verdict={verdict} exercise={exercise.id} exam={seat?.exam !== undefined} />}
    </section>
  );
}
