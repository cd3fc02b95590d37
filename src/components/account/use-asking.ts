import { useState } from "react";
import type { Problem } from "../../../lab-server/contract/problem.ts";
import { LabRefused } from "../../lab/lab-client.ts";

/** One thing asked of the server at a time: whether it is under way, and why the last one was refused. */
export function useAsking(): { readonly asking: boolean; readonly problem: Problem | undefined; ask(work: () => Promise<void>): void } {
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = async (work: () => Promise<void>): Promise<void> => {
    setAsking(true);
    setProblem(undefined);
    try {
      await work();
    } catch (thrown) {
      setProblem(thrown instanceof LabRefused ? thrown.problem : { code: "internal" });
    } finally {
      setAsking(false);
    }
  };
  return { asking, problem, ask: (work) => void (asking || run(work)) };
}
