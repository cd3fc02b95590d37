import { z } from "zod";
import { terminalNameSchema } from "./terminal.ts";

/** Longer is no message but a text. */
export const MOST_MESSAGE = 1_000;
/** So many of the latest messages a learner's page is told. */
export const MOST_NOTES = 20;

const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, "expected no control characters");
const words = z
  .string()
  .trim()
  .min(1, "expected a text")
  .max(MOST_MESSAGE)
  // Line breaks and tabs are part of a text.
  .regex(/^[^\p{Cs}]*$/u, "expected whole characters")
  .transform((text) => text.replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\n\t]/gu, ""));

/**
 * Somebody who looks at a learner's terminals. `watches`: sees them; `asks`: would like to type, too; `types`: may, for the learner has
 * agreed.
 */
export const watcherSchema = z.object({ id: z.string(), name: z.string(), state: z.enum(["watches", "asks", "types"]) });
export type Watcher = z.infer<typeof watcherSchema>;

/** What a learner's instructor has said. */
export const noteSchema = z.object({ id: z.string(), class: z.string(), from: z.string(), text: z.string(), at: z.string(), all: z.boolean() });
export type Note = z.infer<typeof noteSchema>;

/** A class in which the exercise at which a learner is has its place, as that learner's page is told. */
export const roomViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  instructor: z.string(),
  /** The learner's hand is up; `twin`: with a copy of the host. */
  hand: z.object({ at: z.string(), twin: z.boolean() }).optional(),
  paused: z.boolean(),
  /** The instructor shows a terminal of theirs: `GET /api/v1/classes/:class/shown/terminal`, a WebSocket. Another id is another show. */
  shows: z.object({ id: z.string(), by: z.string() }).optional(),
  /** The exercise starts from a host of the instructor's. */
  startsFrom: z.string().optional(),
});
export type RoomView = z.infer<typeof roomViewSchema>;

/** Everything that a learner's page has to know of who teaches them; the event carries all of it each time. */
export const classroomSchema = z.object({ rooms: z.array(roomViewSchema), notes: z.array(noteSchema), watchers: z.array(watcherSchema) });
export type Classroom = z.infer<typeof classroomSchema>;

/** POST /api/v1/classes/:class/hand: the learner asks for help. With `twin`, the instructor may open a copy of their host as it is now. */
export const raiseHandSchema = z.strictObject({ text: line(300).default(""), twin: z.boolean().default(false) });
/** POST /api/v1/seats/:seat/watchers/:watcher: whether somebody who watches may type. */
export const answerWatcherSchema = z.strictObject({ may: z.boolean() });

/** POST /api/v1/classes/:class/messages: to one learner, or to all. */
export const sendMessageSchema = z.strictObject({ text: words, learner: z.string().min(1).max(60).optional() });
/** PUT /api/v1/classes/:class/shown: a terminal of the instructor's own host. */
export const showSchema = z.strictObject({ terminal: terminalNameSchema });
/** POST /api/v1/classes/:class/pause */
export const pauseSchema = z.strictObject({ paused: z.boolean() });
/** POST /api/v1/classes/:class/members/:learner/join: `true` asks to type, `false` stops. */
export const joinTerminalsSchema = z.strictObject({ wanted: z.boolean() });
/** POST /api/v1/classes/:class/members/:learner/twin: opens it as the instructor's own host; the one they have is ended if `replace`. */
export const openTwinSchema = z.strictObject({ replace: z.boolean().default(false) });

/** A message that an instructor has sent; without a learner it went to all. */
export const sentMessageSchema = z.object({ id: z.string(), learner: z.string().optional(), text: z.string(), at: z.string(), from: z.string() });
export type SentMessage = z.infer<typeof sentMessageSchema>;

/** What goes on in a class, as its instructors see it. */
export const liveRoomSchema = z.object({
  paused: z.boolean(),
  shows: z.object({ by: z.string(), terminal: z.string() }).optional(),
  /** Exercises that start from a host of the instructor's, and since when. */
  startingPoints: z.array(z.object({ exercise: z.string(), at: z.string() })),
  /** The latest last. */
  messages: z.array(sentMessageSchema),
});
export type LiveRoom = z.infer<typeof liveRoomSchema>;

/**
 * How a learner gets on, by what the lab sees. `asks`: the hand is up. `stuck`: at work for long, or with several wrong tries, and no
 * task more. `failing`: the last try was wrong. `works`: all else that is at work. `idle`: a host, and nothing typed for some minutes.
 * `passed`: the exercise at which they are is done. `away`: no host.
 */
export const WORK_STATES = ["asks", "stuck", "failing", "works", "idle", "passed", "away"] as const;
export type WorkState = (typeof WORK_STATES)[number];
