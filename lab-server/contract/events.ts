import { z } from "zod";
import { classroomSchema } from "./classroom.ts";
import { seatRecordingsSchema } from "./recording.ts";
import { seatViewSchema } from "./seat.ts";
import { verdictSchema } from "./verdict.ts";

/** One of a host's guests, as far as something of it can be shown. The name comes from the host: data, never markup. */
export const guestOfSeatSchema = z.object({
  name: z.string().min(1).max(200),
  /** libvirt's word (virsh domstate): running, paused, shut off, … Only a guest that runs has anything to show. */
  state: z.string().max(40),
  /** It has a serial console. */
  console: z.boolean(),
  screen: z.enum(["vnc", "spice", "none"]),
});
export type GuestOfSeat = z.infer<typeof guestOfSeatSchema>;

/** More guests than this are not told of. */
export const MOST_GUESTS = 64;

/**
 * Server-sent events of one seat, `GET /api/v1/seats/:seat/events`. Each carries the whole state, so a page
 * that was away needs only the next one. `seat` is sent at once on connection and after each change, then what is recorded,
 * the latest verdict and the guests, as far as there are any.
 */
export const seatEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("seat"), seat: seatViewSchema }),
  /** `asked`: the learner wanted it; else the lab has looked by itself, and the verdict counts only if all is done. */
  z.object({ type: z.literal("verdict"), verdict: verdictSchema, asked: z.boolean() }),
  /** All guests that libvirt knows in the host, those that run first; again whenever one is defined, starts, stops, gets or loses a screen. */
  z.object({ type: z.literal("guests"), guests: z.array(guestOfSeatSchema).max(MOST_GUESTS) }),
  z.object({ type: z.literal("recordings"), recordings: seatRecordingsSchema }),
  /** Who teaches the learner, what they say, and who looks on. */
  z.object({ type: z.literal("classroom"), classroom: classroomSchema }),
]);
export type SeatEvent = z.infer<typeof seatEventSchema>;
