/**
 * What a figure shows follows from its choices (`track=write`, `vm=on`) and the step it is at (`step=3`).
 * A part of the picture names when it belongs: `track=write|hlt step=2|3`, where every name must match one of its values;
 * a comma parts alternatives: `track=write step=3, track=hlt`.
 */
export type FigureState = Readonly<Record<string, string>>;

/** @param when see above; an empty one always holds. */
export function holds(when: string, state: FigureState): boolean {
  return when.split(",").some((alternative) => allHold(alternative, state));
}

function allHold(alternative: string, state: FigureState): boolean {
  return alternative
    .split(" ")
    .filter((condition) => condition !== "")
    .every((condition) => {
      const [name = "", values = ""] = condition.split("=");
      return values.split("|").includes(state[name] ?? "");
    });
}

/** The step for which `wanted` was asked, counted from 1: it never leaves the steps there are. */
export function stepWithin(wanted: number, steps: number): number {
  return Math.min(Math.max(1, wanted), Math.max(1, steps));
}

/** The places of those that hold, counted from 1, as a condition: `step=2|3`. None of them is a step that never comes. */
export function stepsWhere<T>(steps: readonly T[], belongs: (step: T) => boolean): string {
  return `step=${steps.flatMap((step, index) => (belongs(step) ? [index + 1] : [])).join("|") || "none"}`;
}

/** Attributes of a part that is lit while `when` holds, as it is in the first state, which is what is seen without script. */
export function lit(when: string, first: FigureState) {
  return { "data-lit": when, "data-on": holds(when, first) ? "" : undefined };
}

/** Attributes of a part that is there only while `when` holds. Without script it is there if it belongs to the first state. */
export function shown(when: string, first: FigureState) {
  return { "data-when": when, hidden: !holds(when, first) };
}
