import { createHash, randomUUID } from "node:crypto";
import { fillText, labelsOf } from "../contract/parameters.ts";
import type { TaskVerdict } from "../contract/verdict.ts";
import type { Exercise } from "../exercises/exercise.ts";

/*
 * Statements of the Experience API 1.0.3 (https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md) with ADL's verbs.
 */

export const XAPI_VERSION = "1.0.3";
const VERBS = {
  attempted: { id: "http://adlnet.gov/expapi/verbs/attempted", display: { "en-US": "attempted", "zh-CN": "尝试了" } },
  passed: { id: "http://adlnet.gov/expapi/verbs/passed", display: { "en-US": "passed", "zh-CN": "通过了" } },
  completed: { id: "http://adlnet.gov/expapi/verbs/completed", display: { "en-US": "completed", "zh-CN": "完成了" } },
} as const;
const ASSESSMENT = "http://adlnet.gov/expapi/activities/assessment";
const COURSE = "http://adlnet.gov/expapi/activities/course";
const MODULE = "http://adlnet.gov/expapi/activities/module";

/** A check that was kept, as far as statements tell of it. */
export interface Told {
  readonly learner: string;
  /** Absent: the actor is a pseudonym. */
  readonly name: string | undefined;
  readonly exercise: Pick<Exercise, "id" | "module" | "definition">;
  readonly seat: string;
  /** ISO 8601. */
  readonly at: string;
  readonly tasks: readonly TaskVerdict[];
  /** All tasks passed, for the first time. */
  readonly finished: boolean;
}

/** The statements of one check, each with an id of its own: sent again they are the same. @param lab the lab's address */
export function statementsOf(lab: string, told: Told): object[] {
  const { learner, name, exercise, seat, at, tasks, finished } = told;
  const { id, module, definition } = exercise;
  const title = (locale: "en" | "zh-cn"): string => fillText(definition.title[locale], labelsOf(definition.parameters, locale));
  const passed = tasks.filter(({ outcome }) => outcome === "passed").length;
  const success = passed === tasks.length;
  const score = { scaled: tasks.length === 0 ? 0 : Math.round((passed / tasks.length) * 10_000) / 10_000, raw: passed, min: 0, max: tasks.length };
  const statement = (verb: keyof typeof VERBS, result: object): object => ({
    id: randomUUID(),
    actor: { objectType: "Agent", ...(name !== undefined && { name }), account: { homePage: lab, name: learner } },
    verb: VERBS[verb],
    object: {
      objectType: "Activity",
      id: `${lab}/exercises/${module}/${id}`,
      definition: { type: ASSESSMENT, name: { "en-US": title("en"), "zh-CN": title("zh-cn") } },
    },
    result,
    context: {
      registration: registrationOf(lab, seat),
      platform: "Ringside",
      contextActivities: {
        parent: [{ objectType: "Activity", id: `${lab}/exercises/${module}`, definition: { type: MODULE } }],
        grouping: [{ objectType: "Activity", id: `${lab}/`, definition: { type: COURSE } }],
      },
    },
    timestamp: at,
  });
  return [
    statement("attempted", { score, success, completion: success }),
    ...(finished ? [statement("passed", { score, success: true, completion: true }), statement("completed", { completion: true })] : []),
  ];
}

/** All that is done at one seat belongs together: a UUID of version 5 (RFC 9562, 5.5) out of the seat's address. */
function registrationOf(lab: string, seat: string): string {
  const URL_NAMESPACE = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");
  const hash = createHash("sha1").update(URL_NAMESPACE).update(`${lab}/api/v1/seats/${seat}`).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
