import type { FastifyInstance } from "fastify";
import { type AcceleratorView, type Me, meSchema } from "../contract/seat.ts";
import type { Seats } from "../seats/seats.ts";
import type { Store } from "../store/database.ts";
import { progressOf } from "../store/progress.ts";
import { shown } from "./people.ts";

export interface MeRoutesOptions {
  readonly seats: Pick<Seats, "of" | "farewell">;
  readonly store: Store;
  readonly accelerator: AcceleratorView;
}

/** GET /api/v1/me: who this browser is to the lab. For everybody; a newcomer gets an identity. */
export async function meRoutes(app: FastifyInstance, { seats, store, accelerator }: MeRoutesOptions): Promise<void> {
  app.get(
    "/api/v1/me",
    { config: { api: { tag: "me", summary: "Tell who this is to the lab", gives: { 200: meSchema } } } },
    async (request, reply): Promise<Me> => {
      reply.header("cache-control", "no-store");
      const progress = request.newcomer ? [] : await progressOf(store, request.learner);
      const seat = seats.of(request.learner)?.view ?? null;
      const farewell = seat === null && !request.newcomer ? await seats.farewell(request.learner) : undefined;
      const person = request.session === undefined ? null : shown(request.session.person);
      return { person, seat, progress, accelerator, ...(farewell && { farewell }) };
    },
  );
}
