import { type ReactNode, useState } from "react";
import type { Note } from "../../../../lab-server/contract/classroom.ts";
import { keep, kept, lasting } from "../../../lab/kept.ts";
import { useLab } from "../lab-context.ts";
import { useClassroom } from "./use-classroom.ts";

const READ = "ringside.notes-read";

/** What the instructor has said: the latest that nobody has read, and all of it on demand. */
export function Notes({ notes }: { readonly notes: readonly Note[] }): ReactNode {
  const { locale } = useLab();
  const { strings } = useClassroom();
  const [read, setRead] = useState(() => kept(lasting(), READ) ?? "");
  const [open, setOpen] = useState(false);
  if (notes.length === 0) return null;
  const shown = open ? notes : notes.filter(({ at }) => at > read);
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const dismiss = (): void => {
    const last = notes.at(-1)?.at ?? "";
    keep(lasting(), READ, last);
    setRead(last);
    setOpen(false);
  };
  return (
    <div className="lab-notes">
      <div role="log">
        {shown.map(({ id, from, text, at, all }) => (
          <article key={id} className="lab-note">
            <p className="lab-note-head">
              <strong>{strings.newMessage(from)}</strong> <time dateTime={at}>{time.format(new Date(at))}</time>{" "}
              <small>{all ? strings.forAll : strings.forYou}</small>
            </p>
            <p className="lab-note-text">{text}</p>
          </article>
        ))}
      </div>
      <button type="button" className="lab-button small" aria-expanded={shown.length > 0} onClick={() => (shown.length > 0 ? dismiss() : setOpen(true))}>
        {shown.length > 0 ? strings.dismiss : strings.messages(notes.length)}
      </button>
    </div>
  );
}
