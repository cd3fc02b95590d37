import type { ReactNode } from "react";
import type { Standing } from "../../../lab-server/contract/classes.ts";
import { holdUps } from "../../lab/live-class.ts";
import { InlineText } from "../lab/InlineText.tsx";
import { useTeach } from "./teach-context.ts";

/** Which tasks hold most people up, and on which mistake: a bar for each, as long as the share of the class. */
export function HoldUps({ learners }: { readonly learners: readonly Standing[] }): ReactNode {
  const { room, taskOf, titleOf, locale } = useTeach();
  const ups = holdUps(learners);
  if (ups.length === 0) return null;
  return (
    <section aria-labelledby="hold-ups">
      <h3 id="hold-ups">{room.holdUps}</h3>
      <ol className="class-holdups">
        {ups.map(({ exercise, task, learners: names, mistakes }) => (
          <li key={`${exercise} ${task}`}>
            <p title={names.join(", ")}>
              <small>{titleOf(exercise)}</small>
              <InlineText text={taskOf(exercise, task)} /> <strong>{room.heldUp(names.length)}</strong>
            </p>
            <div className="class-bar" aria-hidden="true">
              <div style={{ inlineSize: `${(100 * names.length) / Math.max(1, learners.length)}%` }} />
            </div>
            <ul>
              {mistakes.slice(0, 3).map(({ found, learners: count }) => (
                <li key={found.en}>
                  <InlineText text={room.mistake(found[locale], count)} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}
