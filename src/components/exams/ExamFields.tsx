import { type ReactNode, useState } from "react";
import type { ClassRequest, ClassView } from "../../../lab-server/contract/classes.ts";
import { MOST_EXAM_ATTEMPTS, MOST_EXAM_MINUTES } from "../../../lab-server/contract/exams.ts";
import { EXAM_STRINGS } from "../../lab/exam-strings.ts";
import { Field } from "../account/Parts.tsx";
import { useTeach } from "../classes/teach-context.ts";

/** What the fields below say, as the server takes it. */
export function examOf(given: FormData): Pick<ClassRequest, "exam"> {
  const chosen = new Set(given.getAll("exercise"));
  const exercises = given
    .getAll("examExercise")
    .filter((id) => chosen.has(id))
    .map(String);
  if (given.get("exam") === null || exercises.length === 0) return {};
  return {
    exam: { exercises, minutes: Number(given.get("examMinutes")), attempts: Number(given.get("examAttempts")), snapshots: given.get("examSnapshots") !== null },
  };
}

/** In the form of a class: which of its exercises are an exam, and what holds in it. */
export function ExamFields({ room, chosen }: { readonly room: ClassView | undefined; readonly chosen: readonly string[] }): ReactNode {
  const { locale, titleOf } = useTeach();
  const words = EXAM_STRINGS[locale];
  const [on, setOn] = useState(room?.exam !== undefined);
  const before = new Set(room?.exam?.exercises);
  return (
    <fieldset className="exam-fields">
      <legend>{words.exam}</legend>
      <label>
        <input type="checkbox" name="exam" checked={on} onChange={(event) => setOn(event.target.checked)} /> {words.examOn}
      </label>
      <p>
        <small>{words.examHint}</small>
      </p>
      {on && (
        <>
          <fieldset>
            <legend>{words.examExercises}</legend>
            {chosen.map((id) => (
              <label key={id}>
                <input type="checkbox" name="examExercise" value={id} defaultChecked={room?.exam === undefined || before.has(id)} /> {titleOf(id)}
              </label>
            ))}
          </fieldset>
          <Field label={words.minutes} name="examMinutes" type="number" min={1} max={MOST_EXAM_MINUTES} required defaultValue={room?.exam?.minutes ?? 60} />
          <Field
            label={words.attemptsField}
            name="examAttempts"
            type="number"
            min={1}
            max={MOST_EXAM_ATTEMPTS}
            required
            hint={words.attemptsHint}
            defaultValue={room?.exam?.attempts ?? 1}
          />
          <label>
            <input type="checkbox" name="examSnapshots" defaultChecked={room?.exam?.snapshots ?? false} /> {words.snapshotsOn}
          </label>
        </>
      )}
    </fieldset>
  );
}
