import { type ReactNode, type SubmitEvent, useEffect, useId, useRef, useState } from "react";
import { MOST_SNAPSHOTS, type SeatView, type SnapshotView } from "../../../lab-server/contract/seat.ts";
import { useLab, useStore } from "./lab-context.ts";

/** The button that opens the snapshots of the host, and below the head of the panel the list: take, return, remove. */
export function SnapshotMenu({ seat }: { readonly seat: SeatView }): ReactNode {
  const { store, strings } = useLab();
  const { pending } = useStore(store);
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const { snapshots } = seat;
  const savable = seat.host?.savable !== false;
  const full = snapshots.length >= MOST_SNAPSHOTS;

  useEffect(() => {
    if (open) field.current?.focus();
  }, [open]);

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const take = (event: SubmitEvent): void => {
    event.preventDefault();
    if (full || pending !== undefined) return;
    void store.takeSnapshot(name.trim() || strings.snapshotName(snapshots.length + 1)).then(() => setName(""));
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className="lab-button small lab-snapshots-button"
        title={strings.snapshotsMean}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => (open ? close() : setOpen(true))}
      >
        {pending === "snapshot" ? strings.working.snapshot : strings.snapshots(snapshots.length)}
      </button>
      {open && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it from wherever the focus is in it.
        <div
          className="lab-snapshots"
          id={id}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.preventDefault();
            close();
          }}
        >
          {savable && (
            <form className="lab-snapshot-new" onSubmit={take}>
              <label htmlFor={`${id}-name`}>{strings.snapshotTake}</label>
              <input
                ref={field}
                id={`${id}-name`}
                value={name}
                maxLength={60}
                placeholder={strings.snapshotExample}
                disabled={full}
                onChange={(event) => setName(event.target.value)}
              />
              <button type="submit" className="lab-button small primary" aria-disabled={full || pending !== undefined}>
                {pending === "snapshot" ? strings.working.snapshot : strings.snapshotSave}
              </button>
            </form>
          )}
          <p className="lab-snapshot-note" role="status">
            {!savable
              ? strings.snapshotsCannot
              : full
                ? strings.snapshotsFull(MOST_SNAPSHOTS)
                : pending === "snapshot"
                  ? strings.snapshotting
                  : strings.snapshotDepth}
          </p>
          {snapshots.length > 0 && <SnapshotList snapshots={snapshots} onReturned={close} />}
        </div>
      )}
    </>
  );
}

interface ListProps {
  readonly snapshots: readonly SnapshotView[];
  /** The learner has chosen one to return to. */
  readonly onReturned?: () => void;
}

/** Newest first. Both buttons discard something, so both ask once, in place. */
export function SnapshotList({ snapshots, onReturned }: ListProps): ReactNode {
  const { store, strings, locale } = useLab();
  const { pending } = useStore(store);
  const [asked, setAsked] = useState<{ readonly id: string; readonly about: "return" | "remove" }>();
  const yes = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asked !== undefined) yes.current?.focus();
  }, [asked]);

  /** The focus goes back to where the question came from. */
  const cancel = (item: HTMLElement | null): void => {
    setAsked(undefined);
    requestAnimationFrame(() => item?.querySelector("button")?.focus());
  };
  const act = (id: string): void => {
    if (pending !== undefined) return;
    setAsked(undefined);
    if (asked?.about === "remove") void store.removeSnapshot(id);
    else {
      onReturned?.();
      void store.returnTo(id);
    }
  };
  return (
    <ul className="lab-snapshot-list">
      {snapshots.toReversed().map(({ id, name, at, bytes }) => (
        <li key={id}>
          <span className="lab-snapshot-name">{name}</span>
          {bytes !== undefined && (
            <span className="lab-snapshot-size" translate="no">
              {(bytes / 1e9).toFixed(1)} GB
            </span>
          )}
          <time dateTime={at}>{new Date(at).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" })}</time>
          {asked?.id === id ? (
            <>
              <span className="lab-snapshot-ask">{asked.about === "return" ? strings.returnAsk : strings.removeAsk}</span>
              <button ref={yes} type="button" className="lab-button small danger" onClick={() => act(id)}>
                {asked.about === "return" ? strings.returnYes : strings.removeYes}
              </button>
              <button type="button" className="lab-button small" onClick={(event) => cancel(event.currentTarget.closest("li"))}>
                {strings.cancel}
              </button>
            </>
          ) : (
            <>
              <button
                type="button"
                className="lab-button small"
                aria-label={strings.returnTo(name)}
                aria-disabled={pending !== undefined}
                onClick={() => setAsked({ id, about: "return" })}
              >
                {strings.returnHere}
              </button>
              <button
                type="button"
                className="lab-button small"
                aria-label={strings.removeSnapshot(name)}
                aria-disabled={pending !== undefined}
                onClick={() => setAsked({ id, about: "remove" })}
              >
                {strings.remove}
              </button>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
