/**
 * The server's process of the class bench: the real store, rooms and routes on fake hosts, with classes whose learners work when told to.
 * The parent says what to do over IPC; see `Order` and `Answer`.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ClassWish } from "../lab-server/contract/classes.ts";
import { TEMPLATES } from "../lab-server/contract/exercise.ts";
import type { TaskVerdict } from "../lab-server/contract/verdict.ts";
import { loadCatalogue } from "../lab-server/exercises/catalogue.ts";
import { fakeServer } from "../lab-server/fake-rooms.ts";
import type { GradeOptions } from "../lab-server/grading/grade.ts";
import { silentLog } from "../lab-server/log.ts";
import { checkSeat } from "../lab-server/seats/check-seat.ts";
import { recordCheck } from "../lab-server/store/attempts.ts";
import { classById } from "../lab-server/store/classes.ts";
import { endSeat, insertSeat } from "../lab-server/store/seats.ts";

/** Learners work for so long, with so many events a second among them. */
export interface Order {
  readonly rate: number;
  readonly seconds: number;
}

export interface Ready {
  readonly url: string;
  readonly cookie: string;
  /** By the number of learners. */
  readonly classes: Readonly<Record<number, string>>;
}

/** Something that happened to a learner; with `attempts` an attempt was kept, else they began another exercise. `at`: ms of the monotonic clock. */
export interface Happened {
  readonly learner: string;
  readonly exercise: string;
  readonly attempts?: number;
  readonly at: number;
}

export interface Done {
  readonly happened: readonly Happened[];
  /** Of this process while it ran, ms. */
  readonly cpuMs: number;
  readonly ms: number;
  /** After a garbage collection: what is held. */
  readonly heapMiB: number;
  readonly rssMiB: number;
}

const EXERCISES = 10;
/** What each learner has done before the bench begins. */
const BEFORE = { exercises: 5, attempts: 4 };
/** Of what happens, so much is another exercise; the rest are attempts. */
const OTHER_EXERCISE = 0.15;

const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

const catalogue = await loadCatalogue(join(import.meta.dirname, "../src/content/exercises"));
const chosen = catalogue.list().slice(0, EXERCISES);

function tasksOf(exercise: string): TaskVerdict[] {
  return catalogue
    .get(exercise)
    .definition.tasks.map(({ id, text }) =>
      Math.random() < 0.6 ? { task: id, outcome: "passed", found: text } : { task: id, outcome: "failed", expected: text, found: text, look: text },
    );
}
const verdictOn = (exercise: string) => {
  const tasks = tasksOf(exercise);
  const outcome = tasks.every((task) => task.outcome === "passed") ? ("passed" as const) : ("failed" as const);
  return { exercise, outcome, tasks, at: new Date().toISOString(), ms: 900 };
};
const grade = async ({ exercise, attempts }: GradeOptions) => {
  const graded = verdictOn(exercise.id);
  return { ...graded, attempts: await attempts.record(graded, {}) };
};

const server = await fakeServer({ catalogue, templates: [...TEMPLATES], room: 1_100, grade });
const { store, classes, people, sessions, seats } = server;
const teacher = await people.registerAs({ login: "grace", name: "Grace", password: "correct horse battery" }, "instructor");
const { secret } = await sessions.begin(teacher.id, "bench");

/** A class of so many learners, who have worked before. */
async function makeClass(size: number): Promise<{ id: string; learners: string[] }> {
  const exercises = chosen.map(({ id }) => ({ exercise: id, points: 100, latePercent: 50 }));
  const wish: ClassWish = { name: `A class of ${size}`, exercises, seats: size, codeOn: true };
  const { id } = await classes.make(teacher, wish);
  const record = await classById(store, id);
  if (record === undefined) throw new Error("the class is not there");
  const learners: string[] = [];
  for (let each = 0; each < size; each += 1) {
    const learner = randomBytes(16).toString("hex");
    learners.push(learner);
    await classes.join(record, learner, `Learner ${each}`);
    for (const { id: exercise } of chosen.slice(0, BEFORE.exercises)) {
      const seat = randomBytes(12).toString("hex");
      await insertSeat(store, { id: seat, learner, exercise, startedAt: new Date().toISOString() });
      for (let attempt = 0; attempt < BEFORE.attempts; attempt += 1) await recordCheck(store, { learner, seat, ...verdictOn(exercise) });
      await endSeat(store, seat, "learner", new Date().toISOString());
    }
  }
  return { id, learners };
}

async function ready(learner: string, exercise: string): Promise<void> {
  const { seat } = seats.start(learner, exercise, true);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (): void => {
    if (seat.phase === "ready") resolve();
    else if (seat.phase === "failed") reject(new Error("a seat failed"));
  };
  const forget = seat.subscribe(look);
  look();
  await promise.finally(forget);
}

async function attempt(learner: string, happened: Happened[]): Promise<void> {
  const seat = seats.of(learner);
  if (seat === undefined) return;
  let at = 0;
  const verdict = await checkSeat(seat, {
    store,
    grade,
    log: silentLog,
    onKept: () => {
      at = now();
    },
  });
  happened.push({ learner, exercise: seat.exercise.id, attempts: verdict.attempts, at });
}

async function another(learner: string, happened: Happened[]): Promise<void> {
  const present = seats.of(learner)?.exercise.id;
  const exercise = any(chosen.filter(({ id }) => id !== present)).id;
  await ready(learner, exercise);
  happened.push({ learner, exercise, at: now() });
}

async function work(learners: readonly string[], { rate, seconds }: Order): Promise<Done> {
  const happened: Happened[] = [];
  const busy = new Set<string>();
  const began = now();
  const cpu = process.cpuUsage();
  const running: Promise<void>[] = [];
  for (let event = 0; event < rate * seconds; event += 1) {
    const early = began + (event * 1000) / rate - now();
    if (early > 1) await delay(early);
    const learner = any(learners);
    if (busy.has(learner)) continue;
    busy.add(learner);
    const one = Math.random() < OTHER_EXERCISE ? another(learner, happened) : attempt(learner, happened);
    running.push(one.finally(() => busy.delete(learner)));
  }
  await Promise.all(running);
  await delay(Math.max(0, began + seconds * 1000 - now()));
  const { user, system } = process.cpuUsage(cpu);
  const ms = now() - began;
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { happened, cpuMs: (user + system) / 1000, ms, heapMiB: (heapUsed + external) / 2 ** 20, rssMiB: rss / 2 ** 20 };
}

const say = (message: Ready | Done): void => void process.send?.(message);
const [small, large] = [await makeClass(100), await makeClass(1_000)];
for (const learner of large.learners) await ready(learner, any(chosen).id);
const url = await server.app.listen({ port: 0, host: "127.0.0.1" });
process.on("message", (order: Order) => void work(large.learners, order).then(say));
process.on("disconnect", () => void server.close().finally(() => process.exit(0)));
say({ url, cookie: `ringside-session=${secret}`, classes: { 100: small.id, 1000: large.id } });
