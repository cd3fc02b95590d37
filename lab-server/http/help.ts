import { readFile } from "node:fs/promises";
import type { FastifyInstance } from "fastify";
import { type Solution, solutionSchema, tookHintSchema } from "../contract/seat.ts";
import { LabError } from "../errors.ts";
import { exportLines } from "../grading/run-script.ts";
import type { Seat } from "../seats/seat.ts";
import type { Seats } from "../seats/seats.ts";
import type { Store } from "../store/database.ts";
import { recordHelp } from "../store/help.ts";
import { DONE, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { COSTLY } from "./plugins/limits.ts";

export interface HelpRoutesOptions {
  readonly seats: Pick<Seats, "find">;
  readonly store: Store;
}

const HINT: Operation = { tag: "seats", summary: "Tell that a hint was looked at", body: tookHintSchema, gives: DONE };
const SOLUTION: Operation = { tag: "seats", summary: "Look at the solution", description: "It is recorded. An exam has none.", gives: { 200: solutionSchema } };

/** Hints, which the page has and only tells of, and the solution, which it gets here. Both are recorded. */
export async function helpRoutes(app: FastifyInstance, { seats, store }: HelpRoutesOptions): Promise<void> {
  app.post<{ Params: { seat: string } }>("/api/v1/seats/:seat/hints", { config: { ...COSTLY, api: HINT } }, async (request, reply) => {
    const { task: id, number } = parse(tookHintSchema, request.body);
    const seat = await seats.find(request.learner, request.params.seat);
    refuseInExam(seat);
    const task = seat.exercise.definition.tasks.find((each) => each.id === id);
    if (task === undefined || number > task.hints.length) throw new LabError("not_found", { log: `${seat.exercise.id} has no hint ${number} for task ${id}` });
    const help = { learner: seat.learner, exercise: seat.exercise.id, seat: seat.id, at: new Date().toISOString() };
    await recordHelp(store, { ...help, hint: { task: id, number } });
    return reply.code(204).send();
  });

  app.post<{ Params: { seat: string } }>("/api/v1/seats/:seat/solution", { config: { ...COSTLY, api: SOLUTION } }, async (request): Promise<Solution> => {
    const seat = await seats.find(request.learner, request.params.seat);
    refuseInExam(seat);
    const { learner, id, exercise, parameters } = seat;
    if (exercise.definition.exam) throw new LabError("not_found", { log: `${exercise.id} is an exam: its solution is not shown` });
    const drawn = exportLines(parameters);
    // The script stands on its own: it begins with what was drawn for this learner.
    const solution = (drawn === "" ? "" : `${drawn}\n`) + (await readFile(exercise.solve, "utf8"));
    await recordHelp(store, { learner, exercise: exercise.id, seat: id, at: new Date().toISOString() });
    return { solution };
  });
}

function refuseInExam({ id, exam }: Seat): void {
  if (exam !== undefined) throw new LabError("exam_refused", { log: `seat ${id} is part of an exam: no help` });
}
