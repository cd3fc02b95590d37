import { z } from "zod";
import { problemSchema } from "./problem.ts";

/**
 * The terminal's WebSocket, `/api/v1/seats/:seat/terminals/:terminal`.
 *
 * Binary frames are bytes of the terminal: keys up, output down. Text frames are JSON control messages.
 * The first frame from the page is `attach`. The server answers with `snapshot`, then exactly one binary
 * frame that redraws the screen (it may be empty), then live output with no gap and no repeat.
 * Only live output is acknowledged.
 */
export const MIN_COLS = 2;
export const MAX_COLS = 500;
export const MIN_ROWS = 1;
export const MAX_ROWS = 300;
/** Largest frame from the page, in bytes; longer input is split by the page. */
export const MAX_INPUT_BYTES = 16 * 1024;
/** The page acknowledges after this many bytes of live output. Must be at most `RESUME_BELOW_BYTES`, or a paused terminal could wait for an ack that never comes. */
export const ACK_EVERY_BYTES = 64 * 1024;
/** The server stops reading the shell above this many unacknowledged bytes, */
export const PAUSE_ABOVE_BYTES = 256 * 1024;
/** and reads on below this many. */
export const RESUME_BELOW_BYTES = 64 * 1024;

const cols = z.number().int().min(MIN_COLS).max(MAX_COLS);
const rows = z.number().int().min(MIN_ROWS).max(MAX_ROWS);

/** A guest whose console can be a terminal: the host's holder takes no spaces, and names of up to 63 bytes. */
const CONSOLE = /^console:[A-Za-z0-9_][A-Za-z0-9_.+-]{0,54}$/;

/** A login shell of the host by its number, 1 to 9, or `console:GUEST`, the guest's serial console. */
export const terminalNameSchema = z.string().regex(new RegExp(`^[1-9]$|${CONSOLE.source}`), "expected a number from 1 to 9, or console:GUEST");

/** The name of the terminal that shows a guest's console; undefined for a guest whose name cannot be part of one. */
export function consoleOf(guest: string): string | undefined {
  const name = `console:${guest}`;
  return CONSOLE.test(name) ? name : undefined;
}

export const clientMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("attach"), cols, rows }),
  z.strictObject({ type: z.literal("resize"), cols, rows }),
  z.strictObject({
    type: z.literal("ack"),
    bytes: z
      .number()
      .int()
      .min(1)
      .max(64 * 1024 * 1024),
  }),
  /** Whether anybody can see this terminal: a hidden one does not keep its host awake. */
  z.strictObject({ type: z.literal("visible"), visible: z.boolean() }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

export const serverMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("snapshot"), cols: z.number(), rows: z.number() }),
  /** The shell ended. A new `attach` on a new socket opens a new shell under the same name. */
  z.object({ type: z.literal("exit"), code: z.number().nullable() }),
  z.object({ type: z.literal("problem"), problem: problemSchema }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** Why the server closed a socket (RFC 6455: 4000-4999 are the application's). */
export const CLOSE = {
  badFrame: 4400,
  notAllowed: 4403,
  notFound: 4404,
  hostGone: 4410,
  /** The shell exited. */
  exited: 4411,
  /** The server stops or restarts: come back. */
  restart: 1012,
} as const;
