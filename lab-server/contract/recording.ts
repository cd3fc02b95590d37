import { z } from "zod";
import { localeSchema } from "./locale.ts";

/** Recordings that are kept for one learner, running ones included. */
export const MOST_RECORDINGS = 10;
/** How large one may become; there it ends. */
export const MAX_RECORDING_BYTES = 16 * 1024 * 1024;

/**
 * Why a recording ended: `learner` wanted it; `shell` exited; the `host` was replaced, saved to the disk, given back or lost;
 * its `size` reached the limit; there was no `room` on the lab's disk; the lab's `server` was stopped or started again.
 */
export const RECORDING_ENDS = ["learner", "shell", "host", "size", "room", "server"] as const;
export type RecordingEnd = (typeof RECORDING_ENDS)[number];

/** What one terminal showed, from the learner's word on. Keys are not in it. */
export const recordingViewSchema = z.object({
  id: z.string(),
  exercise: z.string(),
  terminal: z.number().int(),
  /** When it began, ISO 8601. */
  at: z.string(),
  /** Its length in milliseconds, and its size, as far as it has come. */
  ms: z.number().int(),
  bytes: z.number().int(),
  /** Absent while it runs. */
  ended: z.enum(RECORDING_ENDS).optional(),
});
export type RecordingView = z.infer<typeof recordingViewSchema>;

/** What is recorded at a seat. */
export const seatRecordingsSchema = z.object({
  running: z.array(recordingViewSchema),
  /** The one that ended last, and why. */
  last: recordingViewSchema.nullable(),
});
export type SeatRecordings = z.infer<typeof seatRecordingsSchema>;

/** POST /api/v1/seats/:seat/terminals/:terminal/recording. The language is that of the markers for tasks that are done. */
export const startRecordingSchema = z.strictObject({ locale: localeSchema.default("en") });
export type StartRecording = z.input<typeof startRecordingSchema>;

/** GET /api/v1/recordings: the learner's own, newest first. */
export const recordingListSchema = z.object({
  recordings: z.array(recordingViewSchema),
  /** Days after which one is removed. */
  keptDays: z.number().int(),
});
export type RecordingList = z.infer<typeof recordingListSchema>;
