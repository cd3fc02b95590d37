import { LabError } from "../errors.ts";
import type { LoadedChecks } from "../exercises/exercise.ts";
import type { Host } from "../hosts/backend.ts";
import { ask, factsFrom } from "./ask.ts";
import type { Probes } from "./check.ts";
import type { Answers } from "./compose.ts";

/** How the host was before the learner began. Plain JSON: it is kept with the seat and survives a restart of the server. */
export type Baseline = Answers;

/** A host that has just woken may be slow to its first questions. */
const TRIES = 3;

/**
 * Reads an exercise's baseline, after `setup.sh` and before the learner begins.
 * Every fact of it must be known, for a baseline cannot be read later: tries three times, then fails with
 * `host_failed` (step `setup`). Fails also as `Host.exec` does.
 */
export async function readBaseline(host: Pick<Host, "exec">, checks: LoadedChecks): Promise<Baseline> {
  const probes = checks.baseline as Probes;
  let missing: unknown;
  let complaint = "";
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const asked = await ask(host, probes);
    complaint = asked.stderr;
    try {
      const facts = factsFrom(probes, asked.answers);
      for (const name of Object.keys(probes)) void facts[name];
      return asked.answers;
    } catch (thrown) {
      missing = thrown;
    }
  }
  const why = missing instanceof Error ? missing.message : String(missing);
  throw new LabError("host_failed", { params: { step: "setup" }, log: `baseline could not be read: ${why}; ${complaint.slice(-500)}`, cause: missing });
}
