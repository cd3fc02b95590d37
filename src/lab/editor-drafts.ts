import { keep, keptJson, type Memory } from "./kept.ts";

/** A text that was changed and not saved, and the version that it was made from. */
export interface Draft {
  readonly text: string;
  readonly version: string;
}

export interface Drafts {
  get(target: string): Draft | undefined;
  /** @returns false when it is not kept: it is too long, or the browser does not want to. */
  set(target: string, draft: Draft): boolean;
  remove(target: string): void;
}

const MOST_CHARACTERS = 300_000;
const MOST_DRAFTS = 8;

/** Unsaved texts of a seat, kept for as long as the browser's tab lives. The oldest make room. */
export function createDrafts(seat: string, memory: Memory): Drafts {
  const key = `ringside:drafts:${seat}`;
  const read = (): [string, Draft][] => {
    const value = keptJson(memory, key);
    return Array.isArray(value) ? value.filter(isEntry) : [];
  };
  const write = (entries: [string, Draft][]): boolean => keep(memory, key, JSON.stringify(entries));
  return {
    get: (target) => read().find(([name]) => name === target)?.[1],
    set(target, draft) {
      const others = read().filter(([name]) => name !== target);
      if (draft.text.length > MOST_CHARACTERS) {
        write(others);
        return false;
      }
      const kept: [string, Draft][] = [...others, [target, draft]];
      while (kept.length > MOST_DRAFTS || (kept.length > 1 && kept.reduce((sum, [, { text }]) => sum + text.length, 0) > 3 * MOST_CHARACTERS)) kept.shift();
      return write(kept);
    },
    remove(target) {
      write(read().filter(([name]) => name !== target));
    },
  };
}

function isEntry(value: unknown): value is [string, Draft] {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== "string") return false;
  const draft: unknown = value[1];
  return (
    typeof draft === "object" && draft !== null && "text" in draft && typeof draft.text === "string" && "version" in draft && typeof draft.version === "string"
  );
}
