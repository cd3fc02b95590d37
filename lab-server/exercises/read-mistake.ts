import type { AuthoringError } from "./authoring-error.ts";
import { describeFound } from "./authoring-error.ts";
import type { Reading } from "./read-definition.ts";

const HEADER = /^# expect: (.+)$/;

/**
 * Reads which tasks a mistake must fail, from its first line: `# expect: live-vcpus, guest-online`.
 * Commas, blanks, or both stand between the ids.
 * @param tasks the ids that `exercise.yaml` gives
 */
export function readMistakeHeader(file: string, text: string, tasks: readonly string[]): Reading<readonly string[]> {
  const firstLine = text.split("\n", 1)[0] ?? "";
  const header = HEADER.exec(firstLine.trimEnd());
  if (header?.[1] === undefined) {
    return { errors: [{ file, field: "line 1", expected: "a comment “# expect: <task-id>”", found: describeFound(firstLine) }] };
  }
  const expect = [...new Set(header[1].split(/[\s,]+/).filter((id) => id !== ""))];
  const errors: AuthoringError[] = expect
    .filter((id) => !tasks.includes(id))
    .map((id) => ({ file, field: "line 1", expected: `a task of exercise.yaml (${tasks.join(", ")})`, found: describeFound(id) }));
  return errors.length > 0 ? { errors } : { value: expect };
}
