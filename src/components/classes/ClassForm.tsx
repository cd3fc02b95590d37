import { type ReactNode, type SubmitEvent, useEffect, useState } from "react";
import type { Capacity, ClassRequest, ClassView } from "../../../lab-server/contract/classes.ts";
import { MOST_MEMBERS } from "../../../lab-server/contract/classes.ts";
import { Field, Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import { ExamFields, examOf } from "../exams/ExamFields.tsx";
import { useTeach } from "./teach-context.ts";

/** A moment as `<input type="datetime-local">` has it, in the reader's own time. */
function localMoment(iso: string | undefined): string {
  if (iso === undefined) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
const isoMoment = (local: FormDataEntryValue | null): string | undefined =>
  typeof local === "string" && local !== "" ? new Date(local).toISOString() : undefined;
const whole = (text: FormDataEntryValue | null): number | undefined => (typeof text === "string" && text !== "" ? Number(text) : undefined);

/** What the form says, as the server takes it. */
function wishOf(form: HTMLFormElement, before: ClassView | undefined): ClassRequest {
  const given = new FormData(form);
  const dueAt = isoMoment(given.get("dueAt"));
  const [hosts, opensAt, closesAt] = [whole(given.get("hosts")), isoMoment(given.get("opensAt")), isoMoment(given.get("closesAt"))];
  return {
    name: String(given.get("name")),
    exercises: given.getAll("exercise").map((exercise) => {
      const known = before?.exercises.find((one) => one.exercise === exercise);
      return { exercise: String(exercise), ...(known && { points: known.points, latePercent: known.latePercent }), ...(dueAt && { dueAt }) };
    }),
    seats: whole(given.get("seats")) ?? 30,
    codeOn: given.get("codeOn") !== null,
    ...examOf(given),
    ...(hosts && { hosts }),
    ...(opensAt && { opensAt }),
    ...(closesAt && { closesAt }),
  };
}

/** A new class, or one that is there. Says while it is filled in whether the machine can hold it. */
export function ClassForm({ room, onDone }: { readonly room?: ClassView; readonly onDone: (made: ClassView | undefined) => void }): ReactNode {
  const { strings, call, chapters } = useTeach();
  const { asking, problem, ask } = useAsking();
  const [form, setForm] = useState<HTMLFormElement | null>(null);
  const [capacity, setCapacity] = useState<Capacity | undefined>(room?.capacity);
  const [changes, setChanges] = useState(0);

  useEffect(() => {
    if (form === null || changes === 0) return;
    const timer = setTimeout(() => {
      const wish = wishOf(form, room);
      if (wish.exercises.length === 0) return;
      // Only whether it would fit: what else is wrong is told when it is sent.
      call<Capacity>("POST", "classes/capacity", { body: { ...wish, name: wish.name || "-" } }).then(setCapacity, () => {});
    }, 300);
    return () => clearTimeout(timer);
  }, [form, changes, room, call]);

  const send = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const body = wishOf(event.currentTarget, room);
    ask(async () =>
      onDone(room === undefined ? await call<ClassView>("POST", "classes", { body }) : await call<ClassView>("PUT", `classes/${room.id}`, { body })),
    );
  };
  const chosen = new Set(room?.exercises.map(({ exercise }) => exercise));
  return (
    <section aria-labelledby="class-form">
      <h2 id="class-form">{room === undefined ? strings.newClass : strings.change}</h2>
      <form ref={setForm} className="class-form" onSubmit={send} onChange={() => setChanges(changes + 1)}>
        <Refusal problem={problem} />
        <Field label={strings.className} name="name" required maxLength={100} defaultValue={room?.name} />
        <fieldset>
          <legend>{strings.exercises}</legend>
          <p>
            <small>{strings.exercisesHint}</small>
          </p>
          {chapters.map(({ title, exercises }) => (
            <details key={title} open={exercises.some(({ id }) => chosen.has(id))}>
              <summary>{title}</summary>
              {exercises.map(({ id, title: exercise }) => (
                <label key={id}>
                  <input type="checkbox" name="exercise" value={id} defaultChecked={chosen.has(id)} /> {exercise}
                </label>
              ))}
            </details>
          ))}
        </fieldset>
        <ExamFields
          room={room}
          chosen={form === null ? (room?.exercises.map(({ exercise }) => exercise) ?? []) : new FormData(form).getAll("exercise").map(String)}
        />
        <Field label={strings.seats} name="seats" type="number" min={1} max={MOST_MEMBERS} required defaultValue={room?.seats ?? 30} />
        <Field label={strings.hosts} name="hosts" type="number" min={1} max={MOST_MEMBERS} hint={strings.hostsHint} defaultValue={room?.hosts} />
        <Field label={strings.opens} name="opensAt" type="datetime-local" defaultValue={localMoment(room?.opensAt)} />
        <Field label={strings.closes} name="closesAt" type="datetime-local" defaultValue={localMoment(room?.closesAt)} />
        <Field label={strings.dueAt} name="dueAt" type="datetime-local" hint={strings.dueHint} defaultValue={localMoment(room?.exercises[0]?.dueAt)} />
        <p>
          <label>
            <input type="checkbox" name="codeOn" defaultChecked={room?.codeOn ?? true} /> {strings.codeOn}
          </label>
        </p>
        <p role="status" className={capacity?.enough === false ? "account-refusal" : undefined}>
          {capacity && (capacity.enough ? strings.enough(capacity.hosts) : strings.short(capacity.hosts, capacity.wanted))}
        </p>
        <p className="class-buttons">
          <button type="submit" className="account-button" disabled={asking}>
            {room === undefined ? strings.make : strings.save}
          </button>
          {room !== undefined && (
            <button type="button" className="account-button" onClick={() => onDone(undefined)}>
              {strings.cancel}
            </button>
          )}
        </p>
      </form>
    </section>
  );
}
