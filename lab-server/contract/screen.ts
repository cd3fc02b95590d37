import { z } from "zod";
import { type Problem, problemSchema } from "./problem.ts";

/**
 * A graphical screen's WebSocket, `/api/v1/seats/:seat/screens/:screen`.
 *
 * Binary frames both ways are bytes of RFB (RFC 6143), exactly as the screen's own VNC server in the learner's host speaks it. There are no
 * text frames. `:screen` is `desktop` or `guest:<name>`, with the guest's name as libvirt knows it. A screen that is connected keeps
 * its host awake: a page that nobody looks at closes its socket.
 */
export const DESKTOP = "desktop";
const GUEST = "guest:";
/** Guests may be called nearly anything; what libvirt refuses in a name is refused here too. */
const guestName = z
  .string()
  .min(1)
  .max(100)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is refused.
  .regex(/^[^/\u0000-\u001f\u007f]+$/, "expected a guest's name");

/** Which screen is meant: the host's own desktop, or that of a guest. */
export type ScreenName = { readonly kind: "desktop" } | { readonly kind: "guest"; readonly guest: string };

export const screenIdSchema = z.string().transform((id, context): ScreenName => {
  if (id === DESKTOP) return { kind: "desktop" };
  const name = guestName.safeParse(id.startsWith(GUEST) ? id.slice(GUEST.length) : "");
  if (name.success) return { kind: "guest", guest: name.data };
  context.addIssue({ code: "custom", message: "expected desktop or guest:<name>" });
  return z.NEVER;
});

/** The address of a screen, on this site. `guest` is left out for the desktop. */
export function screenPath(seat: string, guest: string | undefined): string {
  const id = guest === undefined ? DESKTOP : `${GUEST}${guest}`;
  return `/api/v1/seats/${encodeURIComponent(seat)}/screens/${encodeURIComponent(id)}`;
}

/** Largest frame from the page, in bytes. */
export const MAX_SCREEN_FRAME_BYTES = 16 * 1024;

/** Why the server closed a screen's socket (RFC 6455: 4000-4999 are the application's). */
export const SCREEN_CLOSE = {
  /** There is no picture: the reason is a problem, see `closingProblem`. Asking again is allowed. */
  refused: 4409,
  /** The host is gone or ended; the reason is a problem. */
  hostGone: 4410,
  /** The screen's own server ended the connection: the guest was shut off, restarted, or gave its screen to somebody else. */
  ended: 4411,
  /** Too much was sent, or too many screens were opened at once. */
  tooMany: 1008,
  /** The server stops or restarts: come back. */
  restart: 1012,
} as const;

/** A closing reason may have so many bytes (RFC 6455, 5.5). */
const MAX_REASON_BYTES = 123;

/** A problem as a closing reason. Values that do not fit are left out. */
export function closingReason(problem: Problem): string {
  const whole = JSON.stringify({ code: problem.code, params: problem.params });
  return new TextEncoder().encode(whole).length <= MAX_REASON_BYTES ? whole : JSON.stringify({ code: problem.code });
}

/** The problem in a closing reason, if there is one. */
export function closingProblem(reason: string): Problem | undefined {
  try {
    return problemSchema.safeParse(JSON.parse(reason)).data;
  } catch {
    return undefined;
  }
}
