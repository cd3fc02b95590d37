import type { AuthoringError } from "./authoring-error.ts";
import { describeFound } from "./authoring-error.ts";
import type { Reading } from "./read-definition.ts";

const HEADER = /^# expect: (.+)$/;
const HOST = /^# host: *(.*)$/;
const UNDO = /^# undo: *(.*)$/;

/** What the head of a mistake says. */
export interface MistakeHeader {
  readonly expect: readonly string[];
  readonly sharesHost: boolean;
  readonly undo: string | undefined;
}

/**
 * Reads which tasks a mistake must fail, from its first line: `# expect: live-vcpus, guest-online`.
 * Commas, blanks, or both stand between the ids. A second line `# host: shared` says that it leaves nothing that the next script does not put
 * right by itself, `# undo: <command>` how what it leaves is taken away.
 * @param tasks the ids that `exercise.yaml` gives
 */
export function readMistakeHeader(file: string, text: string, tasks: readonly string[]): Reading<MistakeHeader> {
  const [firstLine = "", secondLine = ""] = text.split("\n", 2);
  const header = HEADER.exec(firstLine.trimEnd());
  if (header?.[1] === undefined) {
    return { errors: [{ file, field: "line 1", expected: "a comment “# expect: <task-id>”", found: describeFound(firstLine) }] };
  }
  const expect = [...new Set(header[1].split(/[\s,]+/).filter((id) => id !== ""))];
  const errors: AuthoringError[] = expect
    .filter((id) => !tasks.includes(id))
    .map((id) => ({ file, field: "line 1", expected: `a task of exercise.yaml (${tasks.join(", ")})`, found: describeFound(id) }));
  const host = HOST.exec(secondLine.trimEnd())?.[1];
  if (host !== undefined && host !== "shared")
    errors.push({ file, field: "line 2", expected: "“# host: shared”, or another comment", found: describeFound(host) });
  const undo = UNDO.exec(secondLine.trimEnd())?.[1];
  if (undo === "") errors.push({ file, field: "line 2", expected: "“# undo: <command>”, one line for root's bash", found: describeFound(undo) });
  return errors.length > 0 ? { errors } : { value: { expect, sharesHost: host === "shared" || undo !== undefined, undo } };
}
