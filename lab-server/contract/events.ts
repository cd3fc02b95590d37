import { z } from "zod";
import { seatViewSchema } from "./seat.ts";
import { verdictSchema } from "./verdict.ts";

/**
 * Server-sent events of one seat, `GET /api/seats/:seat/events`. Each carries the whole state, so a page
 * that was away needs only the next one. `seat` is sent at once on connection and after each change, then the latest verdict if there is one.
 */
const guestOfSeatSchema = z.object({
  name: z.string(),
  /** libvirt's word: running, paused, shut off, … */
  state: z.string(),
  /** It has a serial console. */
  console: z.boolean(),
  /** The graphical screen that it has now, or would have. */
  screen: z.enum(["vnc", "spice", "none"]),
});
export type GuestOfSeat = z.infer<typeof guestOfSeatSchema>;

export const seatEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("seat"), seat: seatViewSchema }),
  /** `asked`: the learner wanted it; else the lab has looked by itself, and the verdict counts only if all is done. */
  z.object({ type: z.literal("verdict"), verdict: verdictSchema, asked: z.boolean() }),
  /** The host's guests, all of them. */
  z.object({ type: z.literal("guests"), guests: z.array(guestOfSeatSchema) }),
]);
export type SeatEvent = z.infer<typeof seatEventSchema>;
