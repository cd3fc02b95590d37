import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { lasting } from "../../../lab/kept.ts";
import { sentence } from "../../../lab/xray-announce.ts";
import { xrayConnection } from "../../../lab/xray-connection.ts";
import { describe } from "../../../lab/xray-describe.ts";
import { createXrayForm, type XrayForm } from "../../../lab/xray-form.ts";
import { type Part, partKey } from "../../../lab/xray-part.ts";
import { createXrayStore } from "../../../lab/xray-store.ts";
import { XRAY_STRINGS } from "../../../lab/xray-strings.ts";
import xrayCss from "../../../styles/lab-xray.css?url&no-inline";
import { useLab, useStore } from "../lab-context.ts";
import { ProblemNote } from "../ProblemNote.tsx";
import { PartCard } from "./PartCard.tsx";
import { XrayDrawing } from "./XrayDrawing.tsx";
import { XrayTable } from "./XrayTable.tsx";
import { type Xray, XrayContext } from "./xray-context.ts";

interface Props {
  readonly seat: string;
  /** Whether it can be seen now: otherwise nothing is asked of the host. */
  readonly shown: boolean;
}

/** A live drawing of the learner's own host, and the same as tables. */
export function XrayView({ seat, shown }: Props): ReactNode {
  const host = useStore(useLab().store).seat?.host?.id;
  return (
    <>
      <link rel="stylesheet" href={xrayCss} precedence="lab" />
      {/* A new host is another machine with a past of its own. */}
      <OneHost key={`${seat} ${host}`} seat={seat} shown={shown} />
    </>
  );
}
export default XrayView;

function OneHost({ seat, shown }: Props): ReactNode {
  const { locale, store: seats } = useLab();
  const words = XRAY_STRINGS[locale];
  const [store] = useState(() => createXrayStore(seat, xrayConnection()));
  const [form] = useState(() => createXrayForm(lasting()));
  const state = useStore(store);
  const chosenForm = useStore(form);
  const frozen = useStore(seats).seat?.host?.frozen === true;
  const [card, setCard] = useState<{ readonly part: Part; readonly from: HTMLElement }>();
  const place = useRef<HTMLDivElement>(null);
  const visible = useSyncExternalStore(subscribeVisible, () => document.visibilityState === "visible");

  useEffect(() => store.watch(shown && visible), [store, shown, visible]);
  useEffect(() => () => store.close(), [store]);

  const close = (): void => {
    setCard(undefined);
    if (card?.from.isConnected === true) card.from.focus();
    else place.current?.focus();
  };
  const show = (next: XrayForm): void => {
    setCard(undefined);
    form.choose(next);
  };
  const { machine, sample, history, fresh } = state;
  const chosen = card && partKey(card.part);
  const xray = useMemo<Xray | undefined>(
    () =>
      machine && {
        machine,
        sample,
        history,
        fresh,
        chosen,
        choose: (part, from) => setCard((open) => (open !== undefined && open.from === from ? undefined : { part, from })),
        words,
        locale,
      },
    [machine, sample, history, fresh, chosen, words, locale],
  );

  return (
    <section className="lab-xray" aria-label={words.title}>
      <header className="xr-bar">
        <h2 className="xr-title">
          {machine === undefined ? words.title : <span className="xr-cut">{machine.host.name}</span>}
          {machine !== undefined && <span className="xr-soft xr-cut">{words.linux(machine.host.kernel)}</span>}
        </h2>
        <fieldset className="xr-forms">
          <legend className="sr-only">{words.form}</legend>
          {(["drawing", "table"] as const).map((each) => (
            <button key={each} type="button" aria-pressed={chosenForm === each} onClick={() => show(each)}>
              {words[each]}
            </button>
          ))}
        </fieldset>
      </header>
      <p className="sr-only" role="status">
        {sentence(state.changes, words)}
      </p>
      <Notes {...state} frozen={frozen} libvirt={machine?.libvirt !== undefined} />
      <div className="xr-scroll" data-old={machine !== undefined && (!state.live || state.quiet || frozen) ? "" : undefined}>
        {xray !== undefined && (
          <XrayContext value={xray}>
            <div className="xr-place" ref={place} tabIndex={-1}>
              {chosenForm === "drawing" ? <XrayDrawing /> : <XrayTable />}
              {card !== undefined && (
                <PartCard key={chosen} about={describe(card.part, xray.machine, sample, words)} from={card.from} place={place} onClose={close} />
              )}
            </div>
          </XrayContext>
        )}
      </div>
    </section>
  );
}

interface NotesProps extends Pick<ReturnType<ReturnType<typeof createXrayStore>["get"]>, "problem" | "machine" | "live" | "quiet"> {
  readonly frozen: boolean;
  readonly libvirt: boolean;
}

/** Why what is shown is not the living host, if it is not. */
function Notes({ problem, machine, live, quiet, frozen, libvirt }: NotesProps): ReactNode {
  const { locale } = useLab();
  const words = XRAY_STRINGS[locale];
  if (problem !== undefined) return <ProblemNote problem={problem} />;
  const note = frozen
    ? words.asleep
    : machine === undefined
      ? words.connecting
      : !live
        ? words.reconnecting
        : quiet
          ? words.quiet
          : libvirt
            ? ""
            : words.noLibvirt;
  return (
    <p className="xr-note" role="status" data-kind={machine === undefined ? "wait" : "warn"}>
      {note}
    </p>
  );
}

function subscribeVisible(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
