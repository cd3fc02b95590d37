import { targetOf } from "./editor-target.ts";

/**
 * What a tab of the lab shows. Each has one id, which is also its tab's: a shell of the host by number, a guest's console or
 * screen by the guest's name, and what a host has once.
 */
export type View =
  | { readonly kind: "terminal"; readonly number: number }
  | { readonly kind: "console" | "screen"; readonly guest: string }
  /** What the instructor of a class shows. */
  | { readonly kind: "shown"; readonly room: string }
  /** What is edited, by its key (`editor-target.ts`). */
  | { readonly kind: "edit"; readonly target: string }
  | { readonly kind: SingleView };

const SINGLE = ["desktop", "xray", "files", "recordings"] as const;
export type SingleView = (typeof SINGLE)[number];

/** A seat has at most this many shells: the server names them 1 to 9. */
export const MAX_TERMINALS = 9;
const LONGEST_ID = 1_100;

export function viewId(view: View): string {
  if (view.kind === "terminal") return `terminal:${view.number}`;
  if (view.kind === "console" || view.kind === "screen") return `${view.kind}:${view.guest}`;
  if (view.kind === "edit") return `edit:${view.target}`;
  if (view.kind === "shown") return `shown:${view.room}`;
  return view.kind;
}

/** The view of an id; undefined for what is none, as a remembered one may be. */
export function viewOf(id: string): View | undefined {
  if (id.length > LONGEST_ID) return undefined;
  const [, kind = "", rest = ""] = /^([a-z]+)(?::([\s\S]+))?$/.exec(id) ?? [];
  if (kind === "terminal") return /^[1-9]$/.test(rest) ? { kind, number: Number(rest) } : undefined;
  if (kind === "console" || kind === "screen") return rest === "" ? undefined : { kind, guest: rest };
  if (kind === "shown") return /^[A-Za-z0-9_-]{1,40}$/.test(rest) ? { kind, room: rest } : undefined;
  if (kind === "edit") return targetOf(rest) === undefined ? undefined : { kind, target: rest };
  return rest === "" ? singleView(kind) : undefined;
}

function singleView(kind: string): View | undefined {
  const single = SINGLE.find((name) => name === kind);
  return single === undefined ? undefined : { kind: single };
}

/** The shell that a new tab opens: the lowest number that has none, so that a shell left behind is found again. Undefined when all are open. */
export function freeTerminal(ids: Iterable<string>): View | undefined {
  const taken = new Set(ids);
  for (let number = 1; number <= MAX_TERMINALS; number += 1) {
    const view: View = { kind: "terminal", number };
    if (!taken.has(viewId(view))) return view;
  }
  return undefined;
}

/** Views that any host has: the tabs of an exercise's last host that the next host's learner finds again. */
export function isOfAnyHost(view: View): boolean {
  return view.kind === "terminal" || view.kind === "xray" || view.kind === "files";
}
