import { useState } from "react";
import type { Problem } from "../../../../lab-server/contract/problem.ts";
import { createLabCall, LabRefused } from "../../../lab/lab-client.ts";
import { CLASSROOM_STRINGS, type ClassroomStrings } from "../../../lab/strings-classroom.ts";
import { useLab } from "../lab-context.ts";

const call = createLabCall();

/** What the parts of the classroom need: words, and a way to ask the server for one thing at a time. */
export function useClassroom(): {
  readonly strings: ClassroomStrings;
  readonly asking: boolean;
  readonly problem: Problem | undefined;
  /** Resolves with whether it was done. */
  ask(method: string, path: string, body?: unknown): Promise<boolean>;
} {
  const { locale } = useLab();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const ask = async (method: string, path: string, body?: unknown): Promise<boolean> => {
    if (asking) return false;
    setAsking(true);
    setProblem(undefined);
    try {
      await call(method, path, body === undefined ? {} : { body });
      return true;
    } catch (thrown) {
      setProblem(thrown instanceof LabRefused ? thrown.problem : { code: "internal" });
      return false;
    } finally {
      setAsking(false);
    }
  };
  return { strings: CLASSROOM_STRINGS[locale], asking, problem, ask };
}
