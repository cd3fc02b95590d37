import type { ReactNode } from "react";
import type { ClassView } from "../../../lab-server/contract/classes.ts";
import type { LiveRoom } from "../../../lab-server/contract/classroom.ts";
import { Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import { MessageForm } from "./MessageForm.tsx";
import { useTeach } from "./teach-context.ts";
import { useOwnSeat } from "./use-own-seat.ts";

interface Props {
  readonly of: ClassView;
  readonly live: LiveRoom;
  readonly nameOf: (learner: string) => string;
  /** Another number when the instructor has got another host. */
  readonly ownVersion: number;
}

/** What an instructor does for the whole class: pause it, write to it, show a terminal, give a host. */
export function RoomTools({ of, live, nameOf, ownVersion }: Props): ReactNode {
  const { room, call, locale, titleOf } = useTeach();
  const { asking, problem, ask } = useAsking();
  const seat = useOwnSeat(call, ownVersion);
  const path = `classes/${of.id}`;
  const time = new Intl.DateTimeFormat(locale === "en" ? "en" : "zh-CN", { hour: "2-digit", minute: "2-digit" });
  const when = (at: string): string => time.format(new Date(at));

  const own = seat?.phase === "ready" ? seat : undefined;
  const ofClass = own !== undefined && of.exercises.some(({ exercise }) => exercise === own.exercise);
  const send = (method: string, below: string, body?: object): void => ask(async () => call(method, `${path}/${below}`, body === undefined ? {} : { body }));
  return (
    <section className="class-tools" aria-labelledby="class-tools">
      <h3 id="class-tools">{room.tools}</h3>
      <Refusal problem={problem} />
      <p className="class-buttons">
        <button
          type="button"
          className="account-button"
          aria-pressed={live.paused}
          disabled={asking}
          onClick={() => send("POST", "pause", { paused: !live.paused })}
        >
          {live.paused ? room.resume : room.pause}
        </button>
        {live.paused && <span role="status">{room.paused}</span>}
      </p>
      <MessageForm room={of.id} label={room.message} />
      {live.messages.length > 0 && (
        <details>
          <summary>{room.sent}</summary>
          <ul className="class-sent">
            {live.messages.toReversed().map(({ id, learner, text, at, from }) => (
              <li key={id}>
                <small>
                  {when(at)} {from} {learner === undefined ? room.toAll : room.to(nameOf(learner))}
                </small>
                <span>{text}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <h3>{room.yourHost}</h3>
      {live.shows !== undefined && (
        <p className="class-buttons">
          <span>{room.shows(live.shows.by, live.shows.terminal)}</span>
          <button type="button" className="account-button" disabled={asking} onClick={() => send("DELETE", "shown")}>
            {room.hide}
          </button>
        </p>
      )}
      {own === undefined ? (
        <p>{room.noHost}</p>
      ) : (
        <>
          <p>{room.atExercise(titleOf(own.exercise))}</p>
          <p className="class-buttons">
            {live.shows === undefined && (
              <button type="button" className="account-button" disabled={asking} onClick={() => send("PUT", "shown", { terminal: "1" })}>
                {room.show("1")}
              </button>
            )}
            {ofClass && (
              <button
                type="button"
                className="account-button"
                title={room.giveMeans}
                disabled={asking}
                onClick={() => confirm(room.giveSure) && send("POST", "starting-points", {})}
              >
                {asking ? room.working : room.give}
              </button>
            )}
          </p>
        </>
      )}
      {live.startingPoints.map(({ exercise, at }) => (
        <p key={exercise} className="class-buttons">
          <span>{room.given(titleOf(exercise), when(at))}</span>
          <button type="button" className="account-button" disabled={asking} onClick={() => send("DELETE", `starting-points/${encodeURIComponent(exercise)}`)}>
            {room.takeBack}
          </button>
        </p>
      ))}
    </section>
  );
}
