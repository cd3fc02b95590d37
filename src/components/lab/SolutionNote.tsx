import type { ReactNode } from "react";
import { useLab, useStore } from "./lab-context.ts";

/** After the last hint: the whole way, for who still wants it. */
export function SolutionNote(): ReactNode {
  const { store, strings } = useLab();
  const { solution, pending } = useStore(store);
  if (solution === undefined) {
    return (
      <div className="lab-solution">
        <p className="lab-solution-ask">{strings.solutionAsk}</p>
        <button type="button" className="lab-button small" aria-disabled={pending !== undefined} onClick={() => void store.showSolution()}>
          {pending === "solution" ? strings.working.solution : strings.showSolution}
        </button>
      </div>
    );
  }
  return (
    <section className="lab-solution" aria-label={strings.solution}>
      <strong>{strings.solution}</strong>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key. */}
      <pre tabIndex={0}>{solution}</pre>
    </section>
  );
}
