import { type ReactNode, useState } from "react";
import type { RoomView } from "../../../../lab-server/contract/classroom.ts";
import type { SeatView } from "../../../../lab-server/contract/seat.ts";
import { keep, kept, passing } from "../../../lab/kept.ts";
import css from "../../../styles/lab-classroom.css?url&no-inline";
import { useLab, useStore } from "../lab-context.ts";
import { HandButton } from "./HandButton.tsx";
import { NotesButton, NotesList, useNotes } from "./Notes.tsx";
import { useClassroom } from "./use-classroom.ts";
import { WatcherNotes } from "./WatcherNotes.tsx";

/**
 * The learner's class while they work: who teaches, who looks on, what is said and shown, and the hand. Nothing for who is in none.
 * @param onShow opens what the instructor shows; undefined while there is no place for it
 */
export default function Classroom({ seat, onShow }: { readonly seat: SeatView; readonly onShow: ((room: string) => void) | undefined }): ReactNode {
  const { store } = useLab();
  const { classroom } = useStore(store);
  const { strings } = useClassroom();
  const notes = classroom?.notes ?? [];
  const state = useNotes(notes);
  if (classroom === undefined || (classroom.rooms.length === 0 && classroom.watchers.length === 0)) return null;
  return (
    <section className="lab-classroom" aria-label={strings.classroom}>
      <link rel="stylesheet" href={css} precedence="lab" />
      <WatcherNotes seat={seat.id} watchers={classroom.watchers} />
      {classroom.rooms.map((room, at) => (
        <Room key={room.id} room={room} seat={seat} onShow={onShow} below={at === 0 && <NotesList state={state} />}>
          {at === 0 && <NotesButton notes={notes} state={state} />}
        </Room>
      ))}
    </section>
  );
}

interface RoomProps {
  readonly room: RoomView;
  readonly seat: SeatView;
  readonly onShow: ((room: string) => void) | undefined;
  readonly children: ReactNode;
  /** Right below the line of the class. */
  readonly below: ReactNode;
}

function Room({ room, seat, onShow, children, below }: RoomProps): ReactNode {
  const { strings } = useClassroom();
  const { shows, startsFrom } = room;
  /** Told once for each host that was given. */
  const key = `ringside.start.${seat.id}`;
  const [known, setKnown] = useState(() => kept(passing(), key) ?? seat.startedAt);
  return (
    <>
      <div className="lab-room">
        <span className="lab-room-name">{strings.inClass(room.name, room.instructor)}</span>
        {children}
        <HandButton room={room} />
      </div>
      {below}
      {shows !== undefined && (
        <div className="lab-room-note" role="status">
          <p>{strings.shows(shows.by)}</p>
          {onShow !== undefined && (
            <button type="button" className="lab-button small" onClick={() => onShow(room.id)}>
              {strings.showIt}
            </button>
          )}
        </div>
      )}
      {startsFrom !== undefined && startsFrom > known && (
        <div className="lab-room-note" role="status">
          <p>{strings.startsFrom}</p>
          <button
            type="button"
            className="lab-button small"
            onClick={() => {
              keep(passing(), key, startsFrom);
              setKnown(startsFrom);
            }}
          >
            {strings.dismiss}
          </button>
        </div>
      )}
    </>
  );
}
