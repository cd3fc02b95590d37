import type { TerminalSize } from "../hosts/backend.ts";

/*
 * asciicast v3 (https://docs.asciinema.org/manual/asciicast/v3/): a line of JSON that is the header, then a line for each event,
 * `[interval, code, data]`. The interval is in seconds and counts from the event before; the data is always a string.
 */

/** `o` output, `r` a new size as `COLSxROWS`, `m` a marker with its label, `x` the shell's exit status. */
export type CastCode = "o" | "r" | "m" | "x";

export interface CastHeader {
  readonly size: TerminalSize;
  /** When the recording began; the format keeps whole seconds. */
  readonly at: Date;
  readonly title: string;
}

export function headerLine({ size: { cols, rows }, at, title }: CastHeader): string {
  return `${JSON.stringify({ version: 3, term: { cols, rows, type: "xterm-256color" }, timestamp: Math.floor(at.getTime() / 1000), title })}\n`;
}

/**
 * The lines of one recording's events. Moments are milliseconds since its beginning and may be fractions. Each is rounded before the
 * one before it is taken away, so that the errors of many intervals do not add up.
 */
export class CastEvents {
  /** A character whose bytes come in two pieces is written with the second; a byte order mark is output like any other. */
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #lastMs = 0;

  /** When the last event was. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Nothing for output that does not complete a character. What is no UTF-8 becomes U+FFFD: the format holds only text. */
  output(ms: number, data: Uint8Array): string {
    const text = this.#decoder.decode(data, { stream: true });
    return text === "" ? "" : this.#line(ms, "o", text);
  }

  resize(ms: number, { cols, rows }: TerminalSize): string {
    return this.#line(ms, "r", `${cols}x${rows}`);
  }

  marker(ms: number, label: string): string {
    return this.#line(ms, "m", label);
  }

  exit(ms: number, status: number): string {
    return this.#line(ms, "x", String(status));
  }

  #line(ms: number, code: CastCode, data: string): string {
    const at = Math.max(this.#lastMs, Math.round(ms));
    const interval = (at - this.#lastMs) / 1000;
    this.#lastMs = at;
    return `${JSON.stringify([interval, code, data])}\n`;
  }
}

/** The length of a recording in milliseconds: what its intervals come to. Lines that are no events count for nothing. */
export function lengthOf(cast: string): number {
  let ms = 0;
  for (const line of cast.split("\n").slice(1)) {
    if (!line.startsWith("[")) continue;
    try {
      const event: unknown = JSON.parse(line);
      if (Array.isArray(event) && typeof event[0] === "number") ms += Math.round(event[0] * 1000);
    } catch {
      // Half a line, as a server that was killed leaves it.
    }
  }
  return ms;
}
