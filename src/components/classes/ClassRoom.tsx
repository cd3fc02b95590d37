import { type ReactNode, useEffect, useState } from "react";
import type { ClassEvent, ClassView, Grades } from "../../../lab-server/contract/classes.ts";
import { Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import { ClassForm } from "./ClassForm.tsx";
import { ClassGrid } from "./ClassGrid.tsx";
import { Invitation } from "./Invitation.tsx";
import { useTeach } from "./teach-context.ts";

/** What is shown once an event has come. */
function after(before: Grades | undefined, event: ClassEvent): Grades | undefined {
  if (event.type === "grades") return event.grades;
  if (event.type === "room") return before;
  return before && { ...before, learners: before.learners.map((one) => (one.learner === event.standing.learner ? event.standing : one)) };
}

/** One class: how to come in, who is in it and what they have reached. */
export function ClassRoom({ room }: { readonly room: ClassView }): ReactNode {
  const { strings, call, reload } = useTeach();
  const { asking, problem, ask } = useAsking();
  const [grades, setGrades] = useState<Grades>();
  const [changing, setChanging] = useState(false);

  useEffect(() => {
    // It comes back by itself when the line breaks.
    const live = new EventSource(`/api/v1/classes/${room.id}/live`);
    live.onmessage = ({ data }) => setGrades((before) => after(before, JSON.parse(String(data))));
    return () => live.close();
  }, [room.id]);

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
  return (
    <section aria-labelledby="class-room">
      <h2 id="class-room">{room.name}</h2>
      <Refusal problem={problem} />
      {!room.capacity.enough && <p className="account-refusal">{strings.short(room.capacity.hosts, room.capacity.wanted)}</p>}
      <Invitation room={room} />
      <h3>{strings.learners(grades?.learners.length ?? room.members, room.seats)}</h3>
      {grades !== undefined && (grades.learners.length === 0 ? <p>{strings.empty}</p> : <ClassGrid grades={grades} />)}
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
