import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type ClassEvent, classEventSchema } from "../lab-server/contract/classes.ts";
import type { Done, Happened, Order, Ready } from "./class-server.ts";
import { type Figure, median, quantile } from "./figures.ts";

const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const SECONDS = 20;
/** After the last event, until what is still on its way has come. */
const SETTLE_MS = 1_500;

/** The instructor's page, without drawing: it reads the class's events and notes when each came. */
class Grid {
  readonly #abort = new AbortController();
  readonly heard: { readonly at: number; readonly event: ClassEvent }[] = [];

  /** @returns ms from the question to the whole grid */
  async open(server: Ready, size: number): Promise<number> {
    const began = now();
    const response = await fetch(`${server.url}/api/v1/classes/${server.classes[size]}/live`, {
      headers: { cookie: server.cookie },
      signal: this.#abort.signal,
    });
    if (!response.ok || response.body === null) throw new Error(`no events: ${response.status}`);
    const first = Promise.withResolvers<number>();
    void this.#read(response.body, () => first.resolve(now() - began)).then(
      () => first.reject(new Error("the server ended the events")),
      (error: unknown) => first.reject(error),
    );
    return first.promise;
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: NonNullable<Response["body"]>, come: () => void): Promise<void> {
    let text = "";
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const at = now();
      const events = (text + chunk).split("\n\n");
      text = events.pop() ?? "";
      for (const line of events.filter((event) => event.startsWith("data: "))) {
        this.heard.push({ at, event: classEventSchema.parse(JSON.parse(line.slice(6))) });
        come();
      }
    }
  }

  /** When what happened was to be seen. */
  arrival({ learner, exercise, attempts, at }: Happened): number | undefined {
    const shows = ({ event }: { event: ClassEvent }): boolean => {
      const standing = event.type === "standing" ? event.standing : undefined;
      if (standing?.learner !== learner) return false;
      if (attempts === undefined) return standing.now?.exercise === exercise && standing.now.phase === "ready";
      return standing.cells.some((cell) => cell.exercise === exercise && cell.attempts >= attempts);
    };
    return this.heard.find((one) => one.at >= at && shows(one))?.at;
  }
}

async function work(server: ChildProcess, order: Order): Promise<Done> {
  const done = once(server, "message");
  server.send(order);
  return (await done)[0] as Done;
}

/** CPU while learners work, percent of a core. */
const load = ({ cpuMs, ms }: Done): number => (100 * cpuMs) / ms;

/** 1,000 learners' live updates to one instructor's grid. Their hosts are fakes; the store, the rooms, the routes and the line are real. */
export async function classroom(tell: (text: string) => void): Promise<Figure[]> {
  tell("a class of 1,000 learners");
  const server = fork(join(import.meta.dirname, "class-server.ts"), { execArgv: ["--expose-gc"] });
  try {
    const [ready] = (await once(server, "message")) as [Ready];
    const figures: Figure[] = [];
    for (const [size, target] of [
      [100, 300],
      [1_000, 1_500],
    ] as const) {
      const samples: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        const grid = new Grid();
        samples.push(await grid.open(ready, size));
        grid.close();
        await delay(300);
      }
      figures.push({
        what: `the grid of a class of ${size.toLocaleString("en")}, to all of it, p50`,
        value: median(samples),
        unit: "ms",
        target,
        at: "most",
        samples,
      });
    }
    for (const [rate, most] of [
      [10, 5],
      [100, 25],
    ] as const) {
      tell(`${rate} events a second`);
      const alone = await work(server, { rate, seconds: SECONDS });
      const grid = new Grid();
      await grid.open(ready, 1_000);
      const seen = await work(server, { rate, seconds: SECONDS });
      await delay(SETTLE_MS);
      grid.close();
      const times = seen.happened.map((one) => ({ one, came: grid.arrival(one) }));
      const lost = times.filter(({ came }) => came === undefined).length;
      if (lost > 0) tell(`${lost} of ${times.length} events were not seen`);
      const samples = times.flatMap(({ one, came }) => (came === undefined ? [] : [came - one.at]));
      const what = `a class of 1,000, ${rate} events a second`;
      figures.push(
        {
          what: `${what}: to the instructor's grid, p95`,
          value: quantile(samples, 0.95),
          unit: "ms",
          target: 500,
          at: "most",
          samples,
          note: `p50 ${median(samples).toFixed(0)} ms, ${samples.length} of ${times.length} seen`,
        },
        {
          what: `${what}: CPU of the server for the one who looks`,
          value: load(seen) - load(alone),
          unit: "% of a core",
          target: most,
          at: "most",
          note: `${load(seen).toFixed(1)} % with, ${load(alone).toFixed(1)} % without: ${(load(seen) / load(alone)).toFixed(2)} ×`,
        },
        {
          what: `${what}: memory of the server for the one who looks`,
          value: Math.max(0, seen.heapMiB - alone.heapMiB),
          unit: "MiB",
          target: 20,
          at: "most",
          note: `the whole process with its 1,000 fake hosts: ${seen.rssMiB.toFixed(0)} MiB`,
        },
      );
    }
    return figures;
  } finally {
    const gone = once(server, "exit");
    server.disconnect();
    await gone;
  }
}
