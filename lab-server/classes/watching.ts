import type { Watcher } from "../contract/classroom.ts";

interface Watching extends Watcher {
  state: Watcher["state"];
  /** Terminals that are open before their eyes. */
  sockets: number;
}

/** Who looks at learners' terminals just now, and whether they may type. Nothing of it is kept: it ends with the last socket. */
export class Watchings {
  readonly #seats = new Map<string, Map<string, Watching>>();
  readonly #onChange: (seat: string) => void;

  /** @param onChange called with a seat when who watches it has changed */
  constructor(onChange: (seat: string) => void) {
    this.#onChange = onChange;
  }

  /** The watchers of a seat, in the order in which they came. */
  of(seat: string): readonly Watcher[] {
    return [...(this.#seats.get(seat)?.values() ?? [])].map(({ id, name, state }) => ({ id, name, state }));
  }

  /** Somebody opens a terminal of a seat. `may` tells at any time whether they may type there; `end` is called once. */
  begin(seat: string, person: { readonly id: string; readonly name: string }): { readonly may: () => boolean; readonly end: () => void } {
    const all = this.#seats.get(seat) ?? new Map<string, Watching>();
    this.#seats.set(seat, all);
    const known = all.get(person.id);
    const watching: Watching = known ?? { id: person.id, name: person.name, state: "watches", sockets: 0 };
    watching.sockets += 1;
    all.set(person.id, watching);
    if (known === undefined) this.#onChange(seat);
    return {
      may: () => watching.sockets > 0 && watching.state === "types",
      end: () => {
        watching.sockets -= 1;
        if (watching.sockets > 0) return;
        all.delete(person.id);
        if (all.size === 0 && this.#seats.get(seat) === all) this.#seats.delete(seat);
        this.#onChange(seat);
      },
    };
  }

  /** A watcher would like to type, or would not any more. False for one who does not watch. */
  ask(seat: string, id: string, wanted: boolean): boolean {
    return this.#set(seat, id, (state) => (wanted ? (state === "types" ? "types" : "asks") : "watches"));
  }

  /** The learner says whether a watcher may type; only who has asked may. False for one who does not watch. */
  answer(seat: string, id: string, may: boolean): boolean {
    return this.#set(seat, id, (state) => (may && state !== "watches" ? "types" : "watches"));
  }

  #set(seat: string, id: string, next: (state: Watcher["state"]) => Watcher["state"]): boolean {
    const watching = this.#seats.get(seat)?.get(id);
    if (watching === undefined) return false;
    const state = next(watching.state);
    if (state === watching.state) return true;
    watching.state = state;
    this.#onChange(seat);
    return true;
  }
}
