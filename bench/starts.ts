import { TEMPLATES } from "../lab-server/contract/exercise.ts";
import type { RealServer } from "../tests/support/real-server.ts";
import { type Figure, median, quantile } from "./figures.ts";
import { Learner } from "./learner.ts";
import { poolAtRest } from "./processes.ts";

const EXERCISE = "cpu-hot-add";

/** Start to a prompt that answers, by learners who come one after the other. */
export async function startsFromPool(server: RealServer, poolSize: number, rounds: number): Promise<Figure[]> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // One set of warm hosts for each template; with fewer, the next start would wait for the refill.
    await poolAtRest(server.stateDir, poolSize * TEMPLATES.length);
    samples.push(await oneStart(server));
  }
  return [
    { what: "Start to a prompt, from the pool, p50", value: median(samples), unit: "ms", target: 300, at: "most", samples },
    { what: "Start to a prompt, from the pool, p95", value: quantile(samples, 0.95), unit: "ms", target: 600, at: "most", samples },
  ];
}

export async function startsWithEmptyPool(server: RealServer, rounds: number): Promise<Figure> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) samples.push(await oneStart(server));
  return { what: "Start to a prompt, empty pool, p50", value: median(samples), unit: "ms", target: 2_500, at: "most", samples };
}

async function oneStart(server: RealServer): Promise<number> {
  const learner = new Learner(server.url);
  await learner.signIn();
  const { ms, seat, terminal } = await learner.startToPrompt(EXERCISE);
  terminal.close();
  await learner.end(seat.id);
  return ms;
}
