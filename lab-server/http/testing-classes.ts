import assert from "node:assert/strict";
import type { ClassView } from "../contract/classes.ts";
import type { FakeBrowser } from "../fake-rooms.ts";
import { type GradeOptions, judge } from "../grading/grade.ts";

/*
 * What tests of classes, exams and evidence share.
 */

export const WISH = { name: "KVM, spring", exercises: [{ exercise: "hot-add" }, { exercise: "balloon", points: 50 }], seats: 3 };

/** A class as `WISH` has it, but for what is said otherwise. */
export const makeClass = async (browser: FakeBrowser, more: object = {}): Promise<ClassView> =>
  (await browser.send("POST", "/api/v1/classes", { ...WISH, ...more })).json();

export const joinClass = (browser: FakeBrowser, code: string, name?: string) => browser.send("POST", "/api/v1/join", { code, ...(name && { name }) });

/** Does an exercise as a learner: starts it and has it checked. */
export async function solve(browser: FakeBrowser, exercise: string): Promise<void> {
  const seat = (await browser.send("POST", "/api/v1/seats", { exercise, replace: true })).json();
  let view = seat;
  while (view.phase === "starting" || view.phase === "queued") view = (await browser.send("GET", `/api/v1/seats/${seat.id}`)).json();
  const checked = await browser.send("POST", `/api/v1/seats/${seat.id}/checks`, {});
  assert.equal(checked.statusCode, 200, checked.body);
}

/** A check as it is, but for the host, which only counts. @param counted what it counts to */
export const gradeByCounting =
  (counted: () => number) =>
  async ({ exercise, attempts, parameters = {}, baseline }: GradeOptions) => {
    const answers = { n: { status: 0, output: String(counted()) } };
    const graded = { exercise: exercise.id, ...judge(exercise, { parameters, baseline, answers }, () => {}), at: new Date().toISOString(), ms: 1 };
    return { ...graded, attempts: await attempts.record(graded, answers) };
  };
