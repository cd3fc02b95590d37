import { hasParameters } from "../exercises/exercise.ts";
import type { Baseline } from "../grading/baseline.ts";
import type { ReadBaseline } from "./prepare.ts";

/**
 * Reads the baseline of an exercise that has no `setup.sh` once per template, and not once per host.
 *
 * Clones of a template are the same machine at the same moment: their guests' boot ids and QEMU processes are part
 * of the memory they share. So what is true of the first is true of all, until a learner begins. An exercise
 * whose `setup.sh` changes the host, or whose questions depend on what was drawn for the learner, is asked anew each time.
 */
export function oncePerTemplate(readBaseline: ReadBaseline): ReadBaseline {
  const known = new Map<string, Promise<Baseline>>();
  return (host, exercise, parameters) => {
    if (exercise.setup !== undefined || hasParameters(exercise)) return readBaseline(host, exercise, parameters);
    const key = `${host.template}\0${exercise.id}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const reading = readBaseline(host, exercise, parameters);
    known.set(key, reading);
    // A host that failed to answer says nothing about the next one.
    reading.catch(() => known.delete(key));
    return reading;
  };
}
