import type { TaskVerdict, Verdict } from "../contract/verdict.ts";
import type { TrialCase } from "./trial-case.ts";

const list = (ids: readonly string[]): string => (ids.length === 0 ? "nothing" : ids.join(", "));
const withOutcome = (tasks: readonly TaskVerdict[], wanted: TaskVerdict["outcome"]): string[] =>
  tasks.filter(({ outcome }) => outcome === wanted).map(({ task }) => task);

/**
 * What each case should give: untouched fails; a mistake fails in just the tasks it names; a solution and a learner's script pass; and
 * every task is judged. Gives how the verdict differs from that, a sentence for authors; undefined when it does not.
 */
export function unwanted(trial: TrialCase, verdict: Verdict): { readonly outcome: "failed" | "errored"; readonly reason: string } | undefined {
  const errored = withOutcome(verdict.tasks, "errored");
  if (errored.length > 0) return { outcome: "errored", reason: `expected every task to be judged, found errored: ${list(errored)}` };
  const failed = failedTasks(verdict.tasks);
  const differs = (reason: string) => ({ outcome: "failed", reason }) as const;
  switch (trial.kind) {
    case "untouched":
      return verdict.outcome === "failed" ? undefined : differs("expected an untouched host to fail, found that it passes");
    case "mistake": {
      const { expect } = trial.mistake;
      const same = expect.length === failed.length && expect.every((task) => failed.includes(task));
      return same ? undefined : differs(`expected it to fail in ${list(expect)}, found that it fails in ${list(failed)}`);
    }
    default:
      return failed.length === 0 ? undefined : differs(`expected every task to pass, found that it fails in ${list(failed)}`);
  }
}

export const failedTasks = (tasks: readonly TaskVerdict[]): string[] => withOutcome(tasks, "failed");
