import { type ReactNode, useState } from "react";
import type { ClassView, Standing } from "../../../lab-server/contract/classes.ts";
import { EXAM_STRINGS } from "../../lab/exam-strings.ts";
import { useTeach } from "../classes/teach-context.ts";
import { AppealsList } from "./AppealsList.tsx";
import { ExamRoom } from "./ExamRoom.tsx";
import { MemberAttempts } from "./MemberAttempts.tsx";

interface Props {
  readonly room: ClassView;
  readonly learners: readonly Standing[];
  /** The learner that is chosen in the grid, if one is. */
  readonly chosen: string | undefined;
  /** Another value whenever something about the exam, the appeals or the attempts has changed. */
  readonly news: unknown;
}

/** Below the grid: the exam, the appeals, and what a learner's verdicts rest on. */
export function Review({ room, learners, chosen, news }: Props): ReactNode {
  const { locale, titleOf } = useTeach();
  const words = EXAM_STRINGS[locale];
  const [open, setOpen] = useState<{ readonly learner: string; readonly exercise: string; readonly attempt?: number }>();
  const nameOf = (id: string): string => learners.find(({ learner }) => learner === id)?.name ?? id;
  const member = learners.find(({ learner }) => learner === chosen);
  return (
    <section aria-labelledby="class-review" className="exam-review">
      <h3 id="class-review">{words.review}</h3>
      <ExamRoom room={room} news={news} onOpen={(learner, exercise) => setOpen({ learner, exercise })} />
      <AppealsList room={room.id} news={news} onOpen={(learner, exercise, attempt) => setOpen({ learner, exercise, attempt })} />
      {member !== undefined && (
        <>
          <h4>{words.attemptsOfMember(member.name)}</h4>
          <ul className="class-list">
            {member.cells.map(({ exercise, attempts, appeal, disagreement }) => (
              <li key={exercise}>
                <button type="button" className="account-button" onClick={() => setOpen({ learner: member.learner, exercise })}>
                  {[
                    words.attemptsAt(titleOf(exercise), attempts),
                    ...(appeal === true ? [words.appealOpen] : []),
                    ...(disagreement === true ? [words.disagree] : []),
                  ].join(words.comma)}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {open !== undefined && (
        <MemberAttempts
          key={`${open.learner} ${open.exercise} ${open.attempt}`}
          room={room}
          learner={open.learner}
          name={nameOf(open.learner)}
          exercise={open.exercise}
          attempt={open.attempt}
          news={news}
          onClose={() => setOpen(undefined)}
        />
      )}
    </section>
  );
}
