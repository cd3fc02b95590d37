import { z } from "zod";
import { seatViewSchema } from "./seat.ts";
import { verdictSchema } from "./verdict.ts";

/**
 * Server-sent events of one seat, `GET /api/seats/:seat/events`. Each carries the whole state, so a page
 * that was away needs only the next one. `seat` is sent at once on connection and after each change.
 */
export const seatEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("seat"), seat: seatViewSchema }),
  z.object({ type: z.literal("verdict"), verdict: verdictSchema }),
]);
export type SeatEvent = z.infer<typeof seatEventSchema>;
