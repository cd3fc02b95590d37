import { type ReactNode, useEffect, useRef } from "react";
import type { AttemptView, Decision } from "../../../lab-server/contract/evidence.ts";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import { EXAM_STRINGS } from "../../lab/exam-strings.ts";
import { mib, momentOf, timeOf } from "./exam-words.ts";
import { Verdicts } from "./Verdicts.tsx";

interface Props {
  readonly view: AttemptView;
  readonly locale: Locale;
  readonly taskOf: (task: string) => string;
  /** Where a recording can be had. */
  readonly recordingPath: (recording: string) => string;
  /** What can be done about one entry of the history, and about all of it. */
  readonly actionsOf?: (decision: Decision) => ReactNode;
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

/** A verdict, opened with all that it rests on: the same for its learner and for the instructor. */
export function AttemptEvidence({ view, locale, taskOf, recordingPath, actionsOf, children, onClose }: Props): ReactNode {
  const words = EXAM_STRINGS[locale];
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever opened it is led to it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another attempt is opened
  useEffect(() => heading.current?.focus(), [view.id]);
  const parameters = Object.entries(view.parameters);
  return (
    <section className="evidence" aria-labelledby="evidence-head">
      <div className="evidence-head">
        <h3 id="evidence-head" ref={heading} tabIndex={-1}>
          {words.attempt(view.id)}
          {words.comma}
          {momentOf(view.at, locale)}
        </h3>
        <button type="button" className="account-button" onClick={onClose}>
          {words.close}
        </button>
      </div>

      <h4>
        {words.firstVerdict}
        {words.colon}
        {words.outcomes[view.outcome]}
        {view.counts === undefined && <Counts text={words.thisCounts} />}
      </h4>
      <Verdicts tasks={view.tasks} disagreements={view.disagreements} locale={locale} taskOf={taskOf} />

      {parameters.length > 0 && (
        <>
          <h4>{words.parameters}</h4>
          <p>
            {parameters.map(([name, value]) => (
              <code key={name}>
                {name} = {value}
              </code>
            ))}
          </p>
        </>
      )}

      <h4>{words.facts}</h4>
      {view.version === "changed" && <p className="evidence-disagree">{words.changed}</p>}
      {view.factsGone !== undefined && <p>{words.factsGone[view.factsGone]}</p>}
      {view.facts.map(({ probe, values, said }) => (
        <details key={probe} className="evidence-fact">
          <summary>
            <code>{probe}</code>
          </summary>
          {values.length > 0 && (
            <dl>
              {values.map(({ name, value }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          )}
          <p>{words.saidBy}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
          <pre tabIndex={0}>{said}</pre>
        </details>
      ))}

      <h4>{words.commands}</h4>
      {view.commands.length === 0 ? (
        <p>{words.noCommands}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="account-table evidence-commands" aria-label={words.commands} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {[words.at, words.terminal, words.command, words.status].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {view.commands.map(({ at, terminal, line, status }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
                <tr key={index}>
                  <td>{timeOf(at, locale)}</td>
                  <td>{terminal}</td>
                  <td>
                    <code>{line}</code>
                  </td>
                  <td>{status}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <p>
        <small>{words.commandsMeans}</small>
      </p>

      {view.recordings.length > 0 && (
        <>
          <h4>{words.recordings}</h4>
          <ul>
            {view.recordings.map(({ id, at, ms }) => (
              <li key={id}>
                {words.recordingAt(momentOf(at, locale), Math.round(ms / 60_000))}{" "}
                <a href={recordingPath(id)} download>
                  {words.download}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}

      {view.host !== undefined && (
        <>
          <h4>{words.frozenHost}</h4>
          <p>
            {momentOf(view.host.at, locale)}.{" "}
            {view.host.gone === undefined ? words.frozenKept(momentOf(view.host.keptUntil, locale), mib(view.host.bytes)) : words.frozenGone}
          </p>
        </>
      )}

      <h4>{words.history}</h4>
      {view.history.length === 0 && <p>{words.noHistory}</p>}
      <ol className="evidence-history">
        {view.history.map((one) => (
          <li key={one.id}>
            <p>
              <strong>{words.decided[one.kind]}</strong> {one.tasks !== undefined && `(${words.verdictOf(one.id)})`}{" "}
              <small>{`${momentOf(one.at, locale)}${words.comma}${one.by ?? words.learnerSaid}`}</small>
              {view.counts === one.id && <Counts text={words.thisCounts} />}
            </p>
            {one.kind === "counts" && <p>{one.regrade === undefined ? words.firstCounts : words.verdictOf(one.regrade)}</p>}
            {one.text !== undefined && <p className="evidence-said">{one.text}</p>}
            {one.outcome !== undefined && (
              <p>
                {words.outcomes[one.outcome]}
                {one.sameVersion === false && words.comma + words.otherVersion}
              </p>
            )}
            {one.tasks !== undefined && <Verdicts tasks={one.tasks} disagreements={one.disagreements ?? []} locale={locale} taskOf={taskOf} />}
            {actionsOf?.(one)}
          </li>
        ))}
      </ol>
      <div role="status">{view.regrading && <p>{words.regrading}</p>}</div>
      {children}
    </section>
  );
}

const Counts = ({ text }: { readonly text: string }): ReactNode => <span className="evidence-counts">{text}</span>;
