import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type ClassEvent, classEventSchema } from "../lab-server/contract/classes.ts";
import type { Done, Happened, Order, Ready } from "./class-server.ts";
import { type Figure, median, quantile } from "./figures.ts";
import { cpuMs } from "./processes.ts";

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

  /** From each thing that happened until it, or something newer of the same learner, was to be seen, ms. */
  arrivals(happened: readonly Happened[]): (number | undefined)[] {
    const newer = new Map<string, number>();
    return happened
      .toReversed()
      .map((one) => {
        const came = Math.min(this.#arrival(one) ?? Number.POSITIVE_INFINITY, newer.get(one.learner) ?? Number.POSITIVE_INFINITY);
        newer.set(one.learner, came);
        return Number.isFinite(came) ? came - one.at : undefined;
      })
      .reverse();
  }

  #arrival({ learner, exercise, attempts, at }: Happened): number | undefined {
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

/** What is held once nothing happens any more. */
const atRest = (server: ChildProcess): Promise<Done> => work(server, { rate: 0, seconds: 0 });

/** The instructor opens a class. */
async function opened(server: ChildProcess, ready: Ready, size: number, target: number): Promise<Figure> {
  const samples: number[] = [];
  const before = cpuMs(server.pid ?? 0);
  for (let round = 0; round < 5; round += 1) {
    const grid = new Grid();
    samples.push(await grid.open(ready, size));
    grid.close();
    await delay(300);
  }
  const what = `a class of ${size.toLocaleString("en")}, opened: to the whole grid, p50`;
  const note = `${((cpuMs(server.pid ?? 0) - before) / samples.length).toFixed(0)} ms of the server's CPU`;
  return { what, value: median(samples), unit: "ms", target, at: "most", samples, note };
}

/** Learners work, first unseen, then before the eyes of their instructor. */
async function seen(server: ChildProcess, ready: Ready, rate: number, target: number): Promise<Figure[]> {
  const unseen = await work(server, { rate, seconds: SECONDS });
  const grid = new Grid();
  await grid.open(ready, 1_000);
  const looked = await work(server, { rate, seconds: SECONDS });
  await delay(SETTLE_MS);
  const held = await atRest(server);
  grid.close();
  await delay(SETTLE_MS);
  const afterwards = await atRest(server);
  const arrivals = grid.arrivals(looked.happened);
  const samples = arrivals.filter((ms) => ms !== undefined);
  const what = `a class of 1,000, ${rate} events a second`;
  return [
    {
      what: `${what}: event to the instructor's grid, p95`,
      value: quantile(samples, 0.95),
      unit: "ms",
      target: 500,
      at: "most",
      samples,
      note: `p50 ${median(samples).toFixed(0)} ms; ${samples.length} of ${arrivals.length} arrived`,
    },
    {
      what: `${what}: CPU of the server because of the grid`,
      value: load(looked) - load(unseen),
      unit: "% of a core",
      target,
      at: "most",
      note: `${load(looked).toFixed(1)} % with it, ${load(unseen).toFixed(1)} % without, ${(load(looked) / load(unseen)).toFixed(2)} ×`,
    },
    {
      what: `${what}: memory of the server because of the grid`,
      value: held.heapMiB - afterwards.heapMiB,
      unit: "MiB",
      target: 20,
      at: "most",
      note: `its process, in which the 1,000 fake hosts are too: ${held.rssMiB.toFixed(0)} MiB`,
    },
  ];
}

/** 1,000 learners' live updates to one instructor's grid. Their hosts are fakes; the store, the rooms, the routes and the line are real. */
export async function classroom(tell: (text: string) => void): Promise<Figure[]> {
  tell("a class of 1,000 learners (on fake hosts)");
  const server = fork(join(import.meta.dirname, "class-server.ts"), { execArgv: ["--expose-gc"] });
  try {
    const [ready] = (await once(server, "message")) as [Ready];
    const figures = [await opened(server, ready, 100, 300), await opened(server, ready, 1_000, 1_500)];
    for (const [rate, target] of [
      [10, 5],
      [100, 25],
    ] as const) {
      tell(`${rate} events a second`);
      figures.push(...(await seen(server, ready, rate, target)));
    }
    return figures;
  } finally {
    const gone = once(server, "exit");
    server.disconnect();
    await gone;
  }
}
