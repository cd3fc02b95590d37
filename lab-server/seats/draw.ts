import type { ParameterValues } from "../contract/parameters.ts";
import { drawParameters, keepDrawn, learnerSeed } from "../exercises/draw-parameters.ts";
import type { Exercise } from "../exercises/exercise.ts";
import type { Store } from "../store/database.ts";
import { countSeats, type SeatRecord } from "../store/seats.ts";

/**
 * What a learner draws who begins: the same every time, unless the exercise draws anew for each seat. To be called before the new seat is kept, and one
 * after the other, for seats are counted.
 * @param key see `parameterKey`
 */
export async function drawFor(store: Store, key: Buffer, { learner, exercise }: { learner: string; exercise: Exercise }): Promise<ParameterValues> {
  const { parameters, redraw } = exercise.definition;
  const attempt = redraw ? (await countSeats(store, learner, exercise.id)) + 1 : 1;
  return drawParameters(parameters, learnerSeed(key, { learner, exercise: exercise.id, attempt }));
}

/** What a seat of an earlier server had drawn. The exercise may have been changed since. */
export function drawnBefore(key: Buffer, record: Pick<SeatRecord, "learner" | "parameters">, exercise: Exercise): ParameterValues {
  return keepDrawn(record.parameters, exercise.definition.parameters, learnerSeed(key, { learner: record.learner, exercise: exercise.id, attempt: 1 }));
}
