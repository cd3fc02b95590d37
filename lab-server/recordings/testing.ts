import assert from "node:assert/strict";
import type headless from "@xterm/headless";
import { z } from "zod";
import { drawn, newTerminal } from "../terminals/testing.ts";

/** What asciicast v3 asks of a header and of the events we write (https://docs.asciinema.org/manual/asciicast/v3/). */
const headerSchema = z.object({
  version: z.literal(3),
  term: z.object({ cols: z.number().int().min(1), rows: z.number().int().min(1), type: z.string() }),
  timestamp: z.number().int(),
  title: z.string().optional(),
});
const interval = z.number().min(0);
const eventSchema = z.union([
  z.tuple([interval, z.enum(["o", "m"]), z.string()]),
  z.tuple([interval, z.literal("r"), z.string().regex(/^\d+x\d+$/)]),
  z.tuple([interval, z.literal("x"), z.string().regex(/^\d+$/)]),
]);
export type CastEvent = z.infer<typeof eventSchema>;

/** Reads a recording as the format's description has it, and fails where it is not that. */
export function readCast(cast: string): { header: z.infer<typeof headerSchema>; events: CastEvent[] } {
  assert.ok(cast.endsWith("\n"), "the last line is whole");
  const [first = "", ...rest] = cast.slice(0, -1).split("\n");
  const events = rest.map((line) => eventSchema.parse(JSON.parse(line)));
  const exit = events.findIndex(([, code]) => code === "x");
  assert.ok(exit < 0 || exit === events.length - 1, "the exit is the last event");
  return { header: headerSchema.parse(JSON.parse(first)), events };
}

/** Plays a recording to its end on a terminal of its own. */
export async function replay(cast: string, scrollback?: number): Promise<headless.Terminal> {
  const { header, events } = readCast(cast);
  const terminal = newTerminal(header.term, scrollback);
  for (const [, code, data] of events) {
    if (code === "o") terminal.write(data);
    if (code !== "r") continue;
    // A resize is not in xterm's queue of writes.
    await drawn(terminal);
    const [cols = 0, rows = 0] = data.split("x").map(Number);
    terminal.resize(cols, rows);
  }
  await drawn(terminal);
  return terminal;
}
