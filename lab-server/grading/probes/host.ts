import type { z } from "zod";
import type { Probe } from "../check.ts";
import { shellWord } from "../compose.ts";

/**
 * What a bash script in the host prints, without the line end at its end. The script must exit 0 also when the learner has done
 * nothing yet: another status makes the fact unknown and the task errored.
 */
export function textFrom(script: string): Probe<string> {
  return { script, read: (output) => output.replace(/\n$/, "") };
}

/** What a script in the host prints as JSON, in the given shape. Anything else makes the fact unknown: the script is ours, so it is our fault. */
export function jsonFrom<T>(schema: z.ZodType<T>, script: string): Probe<T> {
  return { script, read: (output) => schema.parse(JSON.parse(output)) };
}

/** A file in the host as a learner left it. */
export type HostFile =
  | { readonly state: "absent" }
  /** Not a regular file, or longer than 32 KiB. */
  | { readonly state: "unfit"; readonly why: "kind" | "size" }
  | { readonly state: "read"; readonly text: string };

/** A file that the learner writes. Never unknown, whatever lies there. */
export function fileAt(path: string): Probe<HostFile> {
  const name = shellWord(path);
  return {
    script: `if [ ! -e ${name} ]; then echo absent; elif [ ! -f ${name} ]; then echo kind; elif [ "$(stat -Lc %s ${name})" -gt 32768 ]; then echo size; else echo read; cat ${name}; fi`,
    read(output) {
      const end = output.indexOf("\n");
      const state = end < 0 ? output : output.slice(0, end);
      if (state === "absent") return { state };
      if (state === "kind" || state === "size") return { state: "unfit", why: state };
      if (state !== "read") throw new Error(`expected absent, kind, size or read, found ${JSON.stringify(state.slice(0, 40))}`);
      return { state, text: output.slice(end + 1) };
    },
  };
}

/** A learner's file as JSON of a given shape, or why it is not: absent, no JSON, or which field is wrong. */
export type Reported<T> =
  | { readonly state: "absent" }
  | { readonly state: "unreadable"; readonly why: string }
  | { readonly state: "misshapen"; readonly field: string; readonly why: string }
  | { readonly state: "read"; readonly value: T };

/** A file of answers that the learner writes as JSON. Never unknown: what is wrong with it is the learner's to hear. */
export function reportAt<T>(path: string, schema: z.ZodType<T>): Probe<Reported<T>> {
  const file = fileAt(path);
  return {
    script: file.script,
    read(output) {
      const read = file.read(output);
      if (read.state === "absent") return read;
      if (read.state === "unfit") return { state: "unreadable", why: read.why === "size" ? "longer than 32 KiB" : "not a file" };
      let json: unknown;
      try {
        json = JSON.parse(read.text);
      } catch (thrown) {
        return { state: "unreadable", why: thrown instanceof Error ? thrown.message : String(thrown) };
      }
      const parsed = schema.safeParse(json);
      if (parsed.success) return { state: "read", value: parsed.data };
      const issue = parsed.error.issues[0];
      return { state: "misshapen", field: issue?.path.join(".") ?? "", why: issue?.message ?? "another shape" };
    },
  };
}
