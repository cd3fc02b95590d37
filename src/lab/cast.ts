/** An event of asciicast v3 (https://docs.asciinema.org/manual/asciicast/v3/): seconds since the event before, code, data. */
export type CastEvent = readonly [interval: number, code: string, data: string];

export interface CastMarker {
  /** In seconds from the beginning. */
  readonly at: number;
  readonly label: string;
}

export interface Cast {
  readonly header: { readonly version: 3; readonly term: { readonly cols: number; readonly rows: number } };
  readonly events: readonly CastEvent[];
  readonly markers: readonly CastMarker[];
  /** Its length. */
  readonly seconds: number;
}

/** A recording as the lab server gives it, or undefined for anything else. Lines that are no events are passed over. */
export function readCast(text: string): Cast | undefined {
  const [first = "", ...lines] = text.split("\n");
  const header = parsed(first) as Cast["header"] | undefined;
  if (header?.version !== 3 || !(header.term?.cols > 0) || !(header.term.rows > 0)) return undefined;
  const events: CastEvent[] = [];
  for (const line of lines) {
    const event = line.startsWith("[") ? eventOf(parsed(line)) : undefined;
    if (event !== undefined) events.push(event);
  }
  return castOf(header, events);
}

/** The same with no pause longer than so many seconds. */
export function withoutPauses(cast: Cast, longest: number): Cast {
  return castOf(
    cast.header,
    cast.events.map(([interval, code, data]) => [Math.min(interval, longest), code, data]),
  );
}

/** Where a moment of one recording is in the same recording with longer or shorter pauses. In seconds. */
export function sameMoment(at: number, from: Cast, to: Cast): number {
  let [there, here] = [0, 0];
  for (const [index, [interval]] of from.events.entries()) {
    const other = to.events[index]?.[0] ?? 0;
    if (there + interval > at) return here + Math.min(at - there, other);
    there += interval;
    here += other;
  }
  return here;
}

function castOf(header: Cast["header"], events: readonly CastEvent[]): Cast {
  let seconds = 0;
  const markers: CastMarker[] = [];
  for (const [interval, code, data] of events) {
    seconds += interval;
    if (code === "m") markers.push({ at: seconds, label: data });
  }
  return { header, events, markers, seconds };
}

function eventOf(value: unknown): CastEvent | undefined {
  if (!Array.isArray(value)) return undefined;
  const [interval, code, data] = value as unknown[];
  if (typeof interval !== "number" || !(interval >= 0) || typeof code !== "string" || typeof data !== "string") return undefined;
  return [interval, code, data];
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
