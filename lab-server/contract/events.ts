import { z } from "zod";
import { seatRecordingsSchema } from "./recording.ts";
import { seatViewSchema } from "./seat.ts";
import { verdictSchema } from "./verdict.ts";

/**
 * Server-sent events of one seat, `GET /api/seats/:seat/events`. Each carries the whole state, so a page
 * that was away needs only the next one. `seat` is sent at once on connection and after each change, then what is recorded
 * and the latest verdict, if there are any.
 */
export const seatEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("seat"), seat: seatViewSchema }),
  /** `asked`: the learner wanted it; else the lab has looked by itself, and the verdict counts only if all is done. */
  z.object({ type: z.literal("verdict"), verdict: verdictSchema, asked: z.boolean() }),
  z.object({ type: z.literal("recordings"), recordings: seatRecordingsSchema }),
]);
export type SeatEvent = z.infer<typeof seatEventSchema>;
