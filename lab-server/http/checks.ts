import type { FastifyInstance } from "fastify";
import { runCheckSchema } from "../contract/seat.ts";
import type { Verdict } from "../contract/verdict.ts";
import type { Seat } from "../seats/seat.ts";
import type { Seats } from "../seats/seats.ts";
import { parse } from "./parse.ts";
import { COSTLY } from "./plugins/limits.ts";

export interface CheckRoutesOptions {
  readonly seats: Pick<Seats, "find">;
  readonly check: (seat: Seat) => Promise<Verdict>;
}

/** POST /api/v1/seats/:seat/checks: the learner who has the seat wants a verdict. */
export async function checkRoutes(app: FastifyInstance, { seats, check }: CheckRoutesOptions): Promise<void> {
  app.post<{ Params: { seat: string } }>("/api/v1/seats/:seat/checks", { config: COSTLY }, async (request): Promise<Verdict> => {
    parse(runCheckSchema.nullish(), request.body);
    return check(await seats.find(request.learner, request.params.seat));
  });
}
