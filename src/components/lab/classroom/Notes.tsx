import { type ReactNode, useState } from "react";
import type { Note } from "../../../../lab-server/contract/classroom.ts";
import { keep, kept, lasting } from "../../../lab/kept.ts";
import { useLab } from "../lab-context.ts";
import { useClassroom } from "./use-classroom.ts";

const READ = "ringside.notes-read";

export interface NotesState {
  /** What is shown now: the latest that nobody has read, or all of it. */
  readonly shown: readonly Note[];
  /** Hides what is shown, or shows everything. */
  readonly toggle: () => void;
}

/** What the instructor has said, as far as it is shown. */
export function useNotes(notes: readonly Note[]): NotesState {
  const [read, setRead] = useState(() => kept(lasting(), READ) ?? "");
  const [open, setOpen] = useState(false);
  const shown = open ? notes : notes.filter(({ at }) => at > read);
  const toggle = (): void => {
    setOpen(shown.length === 0);
    if (shown.length === 0) return;
    const last = notes.at(-1)?.at ?? "";
    keep(lasting(), READ, last);
    setRead(last);
  };
  return { shown, toggle };
}

export function NotesButton({ notes, state }: { readonly notes: readonly Note[]; readonly state: NotesState }): ReactNode {
  const { strings } = useClassroom();
  if (notes.length === 0) return null;
  return (
    <button type="button" className="lab-button small" aria-expanded={state.shown.length > 0} onClick={state.toggle}>
      {state.shown.length > 0 ? strings.dismiss : strings.messages(notes.length)}
    </button>
  );
}

export function NotesList({ state }: { readonly state: NotesState }): ReactNode {
  const { locale } = useLab();
  const { strings } = useClassroom();
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  return (
    <div className="lab-notes" role="log">
      {state.shown.map(({ id, from, text, at, all }) => (
        <article key={id} className="lab-note">
          <p className="lab-note-head">
            <strong>{strings.newMessage(from)}</strong> <time dateTime={at}>{time.format(new Date(at))}</time>{" "}
            <small>{all ? strings.forAll : strings.forYou}</small>
          </p>
          <p className="lab-note-text">{text}</p>
        </article>
      ))}
    </div>
  );
}
