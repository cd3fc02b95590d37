import type { FastifyInstance } from "fastify";
import { runCheckSchema } from "../contract/seat.ts";
import { type Verdict, verdictSchema } from "../contract/verdict.ts";
import type { Seat } from "../seats/seat.ts";
import type { Seats } from "../seats/seats.ts";
import { HOST_PROBLEMS, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { COSTLY } from "./plugins/limits.ts";

export interface CheckRoutesOptions {
  readonly seats: Pick<Seats, "find">;
  readonly check: (seat: Seat) => Promise<Verdict>;
}

const bodySchema = runCheckSchema.nullish();
const CHECK: Operation = {
  tag: "seats",
  summary: "Check the host of a seat",
  description: "An errored check is ours and counts as no attempt.",
  body: bodySchema,
  gives: { 200: verdictSchema },
  problems: [...HOST_PROBLEMS, "busy", "check_errored"],
};

/** POST /api/v1/seats/:seat/checks: the learner who has the seat wants a verdict. */
export async function checkRoutes(app: FastifyInstance, { seats, check }: CheckRoutesOptions): Promise<void> {
  app.post<{ Params: { seat: string } }>("/api/v1/seats/:seat/checks", { config: { ...COSTLY, api: CHECK } }, async (request): Promise<Verdict> => {
    parse(bodySchema, request.body);
    return check(await seats.find(request.learner, request.params.seat));
  });
}
