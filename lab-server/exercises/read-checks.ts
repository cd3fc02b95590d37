import { type AuthoringError, describeFound } from "./authoring-error.ts";
import type { LoadedChecks } from "./exercise.ts";
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

/**
 * Verifies what a `checks.ts` exports by default, and that its judges and the tasks of `exercise.yaml` match one to one.
 * @param tasks the ids that `exercise.yaml` gives; undefined when that file could not be read, then they are not compared
 */
export function readChecks(file: string, exported: unknown, tasks: readonly string[] | undefined): Reading<LoadedChecks> {
  if (!isMapping(exported)) {
    return { errors: [{ file, field: "default", expected: "the result of defineChecks({ baseline, facts, tasks })", found: describeFound(exported) }] };
  }
  const errors = [...probeErrors(file, "baseline", exported.baseline), ...probeErrors(file, "facts", exported.facts)];
  if (!isMapping(exported.tasks)) {
    errors.push({ file, field: "tasks", expected: "a mapping of task ids to judges", found: describeFound(exported.tasks) });
  } else {
    const judges = exported.tasks;
    for (const [id, judge] of Object.entries(judges)) {
      if (typeof judge !== "function") errors.push({ file, field: `tasks.${id}`, expected: "a function", found: describeFound(judge) });
      if (tasks !== undefined && !tasks.includes(id)) {
        errors.push({ file, field: `tasks.${id}`, expected: `a task of exercise.yaml (${tasks.join(", ")})`, found: "a judge without a task" });
      }
    }
    for (const id of tasks ?? []) {
      if (!Object.hasOwn(judges, id)) errors.push({ file, field: `tasks.${id}`, expected: "a judge for the task of exercise.yaml", found: "nothing" });
    }
  }
  return errors.length > 0 ? { errors } : { value: exported as unknown as LoadedChecks };
}
