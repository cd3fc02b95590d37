import { type ReactNode, useRef, useState } from "react";
import type { SeatExamView } from "../../../lab-server/contract/seat.ts";
import { clockOf, EXAM_STRINGS, WARN_AT_MINUTES } from "../../lab/exam-strings.ts";
import { createLabCall } from "../../lab/lab-client.ts";
import css from "../../styles/lab-exam.css?url&no-inline";
import { useLab } from "../lab/lab-context.ts";
import { useCountdown } from "./use-countdown.ts";

const call = createLabCall();
const MINUTE_MS = 60_000;

/** In the panel, while an exam runs: what is left of it, how many verdicts are left here, and the way to hand in. */
export default function ExamNote({ exam }: { readonly exam: SeatExamView }): ReactNode {
  const { store, locale } = useLab();
  const words = EXAM_STRINGS[locale];
  const left = useCountdown(exam.endsInMs, exam) ?? 0;
  const [sure, setSure] = useState(false);
  const [sending, setSending] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const minutes = Math.ceil(left / MINUTE_MS);
  // A line that is read out each second would be a nuisance.
  const heard = WARN_AT_MINUTES.filter((one) => minutes <= one).at(-1);
  const handIn = async (): Promise<void> => {
    setSending(true);
    await call("POST", `exams/${exam.class}/hand-in`, { body: {} }).catch(() => {});
    await store.load();
    setSending(false);
  };
  return (
    <div className="lab-exam" data-near={heard !== undefined}>
      <link rel="stylesheet" href={css} precedence="lab" />
      <p className="sr-only" role="status">
        {heard === undefined ? "" : left <= 0 ? words.timeUp : words.minutesLeft(heard)}
      </p>
      <p>
        <strong>{words.exam}</strong>
        <span className="lab-exam-clock">{words.left(clockOf(left))}</span>
        <span>{words.attemptsLeft(exam.checksLeft)}</span>
        <a href={`${locale === "en" ? "" : `/${locale}`}/join/`}>{words.toClass}</a>
      </p>
      {sure ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape answers "no" from either button of the question.
        <div
          className="lab-exam-sure"
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            setSure(false);
            button.current?.focus();
          }}
        >
          <p>{words.handInSure}</p>
          <button type="button" className="lab-button small danger" aria-disabled={sending} onClick={() => !sending && void handIn()}>
            {sending ? words.working : words.handIn}
          </button>
          <button type="button" className="lab-button small" onClick={() => setSure(false)}>
            {words.notYet}
          </button>
        </div>
      ) : (
        <button ref={button} type="button" className="lab-button small" onClick={() => setSure(true)}>
          {words.handIn}
        </button>
      )}
    </div>
  );
}
