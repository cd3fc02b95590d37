import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Standing } from "../../../lab-server/contract/classes.ts";
import type { SeatView } from "../../../lab-server/contract/seat.ts";
import { LabRefused } from "../../lab/lab-client.ts";
import { Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import { WatchView } from "../lab/classroom/WatchView.tsx";
import { MessageForm } from "./MessageForm.tsx";
import { useTeach } from "./teach-context.ts";

interface Props {
  /** The class. */
  readonly room: string;
  readonly exercises: readonly string[];
  readonly standing: Standing;
  /** The instructor's own id, by which they find themselves among the watchers. */
  readonly me: string;
  /** The instructor has got another host. */
  readonly onOwnHost: () => void;
  readonly onClose: () => void;
}

/** One learner, close: their terminals, their hand, their host. */
export function MemberPanel({ room: id, exercises, standing, me, onOwnHost, onClose }: Props): ReactNode {
  const { room, call, locale, titleOf, exerciseOf } = useTeach();
  const { asking, problem, ask } = useAsking();
  const [terminal, setTerminal] = useState<string>();
  const [said, setSaid] = useState("");
  const [twin, setTwin] = useState<SeatView>();
  const heading = useRef<HTMLHeadingElement>(null);
  const { learner, name, now, hand } = standing;
  const path = `classes/${id}/members/${encodeURIComponent(learner)}`;
  const atClass = now !== undefined && exercises.includes(now.exercise);
  const terminals = atClass && now.phase === "ready" ? now.terminals : [];
  const shown = terminal !== undefined && terminals.includes(terminal) ? terminal : terminals[0];
  const own = now?.watchers.find((watcher) => watcher.id === me);
  const time = new Intl.DateTimeFormat(locale === "en" ? "en" : "zh-CN", { hour: "2-digit", minute: "2-digit" });

  // Whoever chose somebody in the grid is led to them.
  useEffect(() => {
    heading.current?.focus();
  }, []);

  const openTwin = async (replace: boolean): Promise<void> => {
    try {
      setTwin(await call<SeatView>("POST", `${path}/twin`, { body: { replace } }));
      onOwnHost();
    } catch (thrown) {
      if (!(thrown instanceof LabRefused) || thrown.problem.code !== "seat_taken" || replace) throw thrown;
      if (confirm(room.twinSure)) await openTwin(true);
    }
  };
  return (
    <section className="class-member" aria-labelledby="class-member">
      <div className="class-member-head">
        <h3 id="class-member" ref={heading} tabIndex={-1}>
          {name}
        </h3>
        <span className="class-state" data-work={standing.state}>
          <span title={room.stateMeans[standing.state]}>{room.states[standing.state]}</span>
        </span>
        <span>{now === undefined ? room.noSeat : room.at(titleOf(now.exercise), room.hostState[now.frozen ? "frozen" : now.phase] ?? "")}</span>
        <button type="button" className="account-button" onClick={onClose}>
          {room.close}
        </button>
      </div>
      <Refusal problem={problem} />
      {hand !== undefined && (
        <div className="class-hand">
          <p>
            <strong>{room.hand(time.format(new Date(hand.at)))}</strong> {hand.text}
          </p>
          <p className="class-buttons">
            {hand.twin && (
              <button type="button" className="account-button" title={room.twinMeans} disabled={asking} onClick={() => ask(() => openTwin(false))}>
                {room.openTwin}
              </button>
            )}
            <button type="button" className="account-button" disabled={asking} onClick={() => ask(async () => call("DELETE", `${path}/hand`))}>
              {room.handled}
            </button>
          </p>
        </div>
      )}
      {twin !== undefined && (
        <p role="status">
          {room.twinReady} <a href={exerciseOf(twin.exercise)?.href}>{room.goThere}</a>
        </p>
      )}
      {shown !== undefined && (
        <>
          <div className="class-buttons">
            {terminals.map((one) => (
              <button key={one} type="button" className="account-button" aria-pressed={one === shown} onClick={() => setTerminal(one)}>
                {room.terminal(one)}
              </button>
            ))}
            {own !== undefined && (
              <button
                type="button"
                className="account-button"
                disabled={asking}
                onClick={() => ask(async () => call("POST", `${path}/join`, { body: { wanted: own.state === "watches" } }))}
              >
                {own.state === "watches" ? room.askToType : room.stopTyping}
              </button>
            )}
            <small role="status">{own === undefined ? "" : own.state === "asks" ? room.asked : own.state === "types" ? room.types : room.watching}</small>
          </div>
          <div className="class-watch">
            <WatchView
              key={shown}
              path={`${path}/terminals/${encodeURIComponent(shown)}`}
              name={`${name}, ${room.terminal(shown)}`}
              locale={locale}
              types={own?.state === "types"}
            />
          </div>
        </>
      )}
      {atClass && (
        <p className="class-buttons">
          <button
            type="button"
            className="account-button"
            disabled={asking}
            onClick={() =>
              ask(async () => {
                await call("POST", `${path}/more`, { body: {} });
                setSaid(room.moreDone);
              })
            }
          >
            {room.more}
          </button>
          <button
            type="button"
            className="account-button"
            disabled={asking}
            onClick={() => confirm(room.resetSure(name)) && ask(async () => call("POST", `${path}/reset`, { body: {} }))}
          >
            {room.reset}
          </button>
          <small role="status">{said}</small>
        </p>
      )}
      <MessageForm room={id} learner={learner} label={room.messageTo(name)} />
    </section>
  );
}
