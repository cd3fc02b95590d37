import type { ExerciseDefinition } from "../contract/exercise.ts";
import { type AuthoringError, describeFound } from "./authoring-error.ts";
import { describeValues, drawParameters } from "./draw-parameters.ts";
import { checksFor, type DrawnChecks, type Exercise, type LoadedChecks } from "./exercise.ts";
import type { Reading } from "./read-definition.ts";

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Names travel in the frames of a probe script, so they are plain words. */
const PROBE_NAME = /^[A-Za-z][A-Za-z0-9]*$/;

function probeErrors(file: string, part: "baseline" | "facts", value: unknown): AuthoringError[] {
  const expected = "a mapping of names to probes";
  if (!isMapping(value)) return [{ file, field: part, expected, found: describeFound(value) }];
  return Object.entries(value).flatMap(([name, probe]): AuthoringError[] => {
    const field = `${part}.${name}`;
    if (!PROBE_NAME.test(name)) return [{ file, field, expected: "a name of letters and digits", found: describeFound(name) }];
    if (!isMapping(probe)) return [{ file, field, expected: "a probe", found: describeFound(probe) }];
    const errors: AuthoringError[] = [];
    if (typeof probe.script !== "string" || probe.script.trim() === "") {
      errors.push({ file, field: `${field}.script`, expected: "a text that is not empty", found: describeFound(probe.script) });
    }
    if (typeof probe.read !== "function") errors.push({ file, field: `${field}.read`, expected: "a function", found: describeFound(probe.read) });
    return errors;
  });
}

/** So many different learners are tried when the file is read. */
const TRIALS = 8;

/**
 * Verifies what a `checks.ts` exports by default, and that its judges and the tasks of `exercise.yaml` match one to one. For an exercise with parameters it
 * must be a function of them, which is called for several draws.
 * @param definition undefined when `exercise.yaml` could not be read; then nothing is compared with it
 */
export function readChecks(file: string, exported: unknown, definition: ExerciseDefinition | undefined): Reading<Exercise["checks"]> {
  const parameters = definition?.parameters ?? {};
  const draws = Object.keys(parameters).length > 0;
  const tasks = definition?.tasks.map(({ id }) => id);
  const wrongShape = (expected: string): Reading<never> => ({ errors: [{ file, field: "default", expected, found: describeFound(exported) }] });
  if (typeof exported !== "function") {
    if (draws) return wrongShape("the result of defineChecks((parameters) => ({ baseline, facts, tasks })), for exercise.yaml has parameters");
    if (!isMapping(exported)) return wrongShape("the result of defineChecks({ baseline, facts, tasks })");
    const errors = checksErrors(file, exported, tasks);
    return errors.length > 0 ? { errors } : { value: exported as unknown as LoadedChecks };
  }
  if (definition === undefined) return { errors: [] };
  if (!draws) return wrongShape("the result of defineChecks({ baseline, facts, tasks }), for exercise.yaml has no parameters");
  for (let trial = 1; trial <= TRIALS; trial += 1) {
    const values = drawParameters(parameters, String(trial));
    const field = `default(${describeValues(values)})`;
    let made: unknown;
    try {
      made = checksFor({ checks: exported as DrawnChecks }, values);
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      return { errors: [{ file, field, expected: "checks for these values", found: `an error: ${message}` }] };
    }
    if (!isMapping(made)) return { errors: [{ file, field, expected: "a mapping with baseline, facts and tasks", found: describeFound(made) }] };
    const errors = checksErrors(file, made, tasks);
    if (errors.length > 0) return { errors };
  }
  return { value: exported as DrawnChecks };
}

function checksErrors(file: string, checks: Record<string, unknown>, tasks: readonly string[] | undefined): AuthoringError[] {
  const errors = [...probeErrors(file, "baseline", checks.baseline), ...probeErrors(file, "facts", checks.facts)];
  if (!isMapping(checks.tasks)) {
    errors.push({ file, field: "tasks", expected: "a mapping of task ids to judges", found: describeFound(checks.tasks) });
    return errors;
  }
  const judges = checks.tasks;
  for (const [id, judge] of Object.entries(judges)) {
    if (typeof judge !== "function") errors.push({ file, field: `tasks.${id}`, expected: "a function", found: describeFound(judge) });
    if (tasks !== undefined && !tasks.includes(id)) {
      errors.push({ file, field: `tasks.${id}`, expected: `a task of exercise.yaml (${tasks.join(", ")})`, found: "a judge without a task" });
    }
  }
  for (const id of tasks ?? []) {
    if (!Object.hasOwn(judges, id)) errors.push({ file, field: `tasks.${id}`, expected: "a judge for the task of exercise.yaml", found: "nothing" });
  }
  return errors;
}
