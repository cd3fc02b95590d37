import { type ReactNode, useCallback, useEffect, useState } from "react";
import type { ClassEvent, ClassView } from "../../../lab-server/contract/classes.ts";
import type { WorkState } from "../../../lab-server/contract/classroom.ts";
import { after, type LiveClass } from "../../lab/live-class.ts";
import { Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import { Review } from "../exams/Review.tsx";
import { ClassForm } from "./ClassForm.tsx";
import { ClassGrid } from "./ClassGrid.tsx";
import { HoldUps } from "./HoldUps.tsx";
import { Invitation } from "./Invitation.tsx";
import { MemberPanel } from "./MemberPanel.tsx";
import { RoomTools } from "./RoomTools.tsx";
import { StateChips } from "./StateChips.tsx";
import { useTeach } from "./teach-context.ts";

/** What is told of several learners at once is drawn at once, ms. */
const GATHER_MS = 50;

const NOTHING: LiveClass = { grades: undefined, room: undefined, reviews: 0 };

/** One class while it works: how to come in, who is in it, how they get on, and what can be done for them. */
export function ClassRoom({ room, me }: { readonly room: ClassView; readonly me: string }): ReactNode {
  const { strings, room: words, call, reload, titleOf } = useTeach();
  const { asking, problem, ask } = useAsking();
  const [{ grades, room: live, reviews }, setLive] = useState(NOTHING);
  const [connected, setConnected] = useState(true);
  const [changing, setChanging] = useState(false);
  const [only, setOnly] = useState<WorkState>();
  const [exercise, setExercise] = useState<string>();
  const [chosen, setChosen] = useState<string>();
  const [ownVersion, setOwnVersion] = useState(0);

  useEffect(() => {
    // It comes back by itself when the line breaks.
    const events = new EventSource(`/api/v1/classes/${room.id}/live`);
    events.onopen = () => setConnected(true);
    events.onerror = () => setConnected(false);
    const come: ClassEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      timer = undefined;
      const all = come.splice(0);
      setLive((before) => all.reduce(after, before));
    };
    events.onmessage = ({ data }) => {
      const event: ClassEvent = JSON.parse(String(data));
      come.push(event);
      timer ??= setTimeout(show, event.type === "standing" ? GATHER_MS : 0);
    };
    return () => {
      clearTimeout(timer);
      events.close();
    };
  }, [room.id]);
  const choose = useCallback((learner: string) => setChosen((before) => (learner === before ? undefined : learner)), []);

  if (changing)
    return (
      <ClassForm
        room={room}
        onDone={() => {
          setChanging(false);
          reload();
        }}
      />
    );
  const learners = grades?.learners ?? [];
  const member = learners.find(({ learner }) => learner === chosen);
  return (
    <section aria-labelledby="class-room">
      <h2 id="class-room">{room.name}</h2>
      <Refusal problem={problem} />
      {!room.capacity.enough && <p className="account-refusal">{strings.short(room.capacity.hosts, room.capacity.wanted)}</p>}
      <Invitation room={room} />
      <p role="status" className="class-connection">
        {words.live(connected)}
      </p>
      <h3>{strings.learners(grades === undefined ? room.members : learners.length, room.seats)}</h3>
      {grades !== undefined && learners.length === 0 && <p>{strings.empty}</p>}
      {grades !== undefined && learners.length > 0 && (
        <>
          <div className="class-filters">
            <StateChips learners={learners} only={only} onOnly={setOnly} />
            <label>
              {words.columns}{" "}
              <select value={exercise ?? ""} onChange={(event) => setExercise(event.target.value === "" ? undefined : event.target.value)}>
                <option value="">{words.allExercises}</option>
                {room.exercises.map((one) => (
                  <option key={one.exercise} value={one.exercise}>
                    {titleOf(one.exercise)}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <ClassGrid grades={grades} only={only} exercise={exercise} chosen={chosen} onChoose={choose} />
          {member !== undefined && (
            <MemberPanel
              key={member.learner}
              room={room.id}
              exercises={room.exercises.map((one) => one.exercise)}
              standing={member}
              me={me}
              onOwnHost={() => setOwnVersion((before) => before + 1)}
              onClose={() => setChosen(undefined)}
            />
          )}
          <HoldUps learners={learners} />
          <Review room={room} learners={learners} chosen={chosen} news={reviews} />
        </>
      )}
      {live !== undefined && (
        <RoomTools of={room} live={live} ownVersion={ownVersion} nameOf={(id) => learners.find(({ learner }) => learner === id)?.name ?? words.none} />
      )}
      <p className="class-buttons">
        <a className="account-button" href={`/api/v1/classes/${room.id}/grades.csv`} download>
          {strings.grades}
        </a>
        <a className="account-button" href={`/api/v1/classes/${room.id}/grades`} download={`grades-${room.id}.json`}>
          {strings.gradesJson}
        </a>
        <button type="button" className="account-button" onClick={() => setChanging(true)}>
          {strings.change}
        </button>
        <button
          type="button"
          className="account-button"
          disabled={asking}
          title={strings.endNote}
          onClick={() => {
            if (!confirm(`${strings.end}? ${strings.endNote}`)) return;
            ask(async () => {
              await call("DELETE", `classes/${room.id}`);
              reload();
            });
          }}
        >
          {strings.end}
        </button>
      </p>
    </section>
  );
}
