import { keep, keptJson, type Memory } from "./kept.ts";

/** The tabs as they were left, in the browser: of one seat, and what the next seat's host has of them as well. */
const KEY = "ringside:views";

interface Remembered {
  readonly seat: string;
  readonly model: unknown;
}

export interface ViewMemory {
  /** What was left, whatever it is: the caller makes sure that it is a model. `sameSeat`: all of it is still there. */
  read(): { readonly model: unknown; readonly sameSeat: boolean } | undefined;
  write(model: unknown): void;
}

export function viewMemory(seat: string, memory: Memory): ViewMemory {
  return {
    read() {
      const value = keptJson(memory, KEY) as Partial<Remembered> | null;
      return value?.model === undefined ? undefined : { model: value.model, sameSeat: value.seat === seat };
    },
    write(model) {
      // Without storage a reload shows one terminal, and the others are one click away.
      keep(memory, KEY, JSON.stringify({ seat, model } satisfies Remembered));
    },
  };
}
