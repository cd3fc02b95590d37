import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyBaseLogger, FastifyInstance, LightMyRequestResponse } from "fastify";
import { buildApp, type Rooms } from "./app.ts";
import { openClasses } from "./classes/open-classes.ts";
import type { SeatView } from "./contract/seat.ts";
import type { Verdict } from "./contract/verdict.ts";
import { LabError } from "./errors.ts";
import { Evidence } from "./evidence/evidence.ts";
import { Exams } from "./exams/exams.ts";
import { FrozenHosts } from "./exams/frozen-hosts.ts";
import type { Catalogue } from "./exercises/catalogue.ts";
import type { Exercise } from "./exercises/exercise.ts";
import type { GradeOptions } from "./grading/grade.ts";
import { Budget, hostsThatFit } from "./hosts/budget.ts";
import { FakeBackend, type FakeBackendOptions } from "./hosts/fake/fake-backend.ts";
import { HostPool } from "./hosts/pool.ts";
import { AnswerCheck } from "./http/testing.ts";
import { createLog, type Log, silentLog } from "./log.ts";
import { Lti } from "./lti/lti.ts";
import { Deliveries } from "./outbound/deliveries.ts";
import { Outbound, type OutboundOptions } from "./outbound/outbound.ts";
import { LtiPeople } from "./people/lti-people.ts";
import { CHEAP_PASSWORDS } from "./people/password.ts";
import { People } from "./people/people.ts";
import { Sessions } from "./people/sessions.ts";
import type { SingleSignOn } from "./people/single-sign-on.ts";
import { Tokens } from "./people/tokens.ts";
import { Recordings, type RecordingsOptions } from "./recordings/recordings.ts";
import { checkSeat, type KeptCheck } from "./seats/check-seat.ts";
import { type Prepared, preparer } from "./seats/prepare.ts";
import { inTurn } from "./seats/seat-hosts.ts";
import { Seats } from "./seats/seats.ts";
import { Watches } from "./seats/watch.ts";
import { openStore } from "./store/database.ts";
import type { DeliveryRecord } from "./store/deliveries.ts";
import { HostTerminals } from "./terminals/host-terminals.ts";
import { Gradings } from "./trial/gradings.ts";
import { News } from "./webhooks/news.ts";
import { Webhooks } from "./webhooks/webhooks.ts";
import { RecordStore, type RecordStoreOptions } from "./xapi/record-store.ts";

/*
 * A whole server on fake hosts, for unit tests of the HTTP interface and for measuring what is beside the hosts.
 */

const text = { en: "text", "zh-cn": "文字" };

type Definition = Exercise["definition"];

function exercise(id: string, solve: string, template: Definition["template"], parameters: Definition["parameters"]): Exercise {
  const definition = {
    title: text,
    summary: text,
    minutes: 5,
    exam: false,
    parameters,
    redraw: false,
    template,
    tasks: [{ id: "task", text, hints: [text] }],
  };
  const view = { ...definition, id, module: "m" };
  return { id, module: "m", definition, version: "v1", view, setup: undefined, checks: COUNTS, solve, mistakes: [] };
}

/** One task: the host counts to four. */
const COUNTS: Exercise["checks"] = {
  baseline: {},
  facts: { n: { script: "count", read: Number } },
  tasks: {
    task: ({ n }: { readonly n: number }) => (n === 4 ? { outcome: "passed", found: text } : { outcome: "failed", expected: text, found: text, look: text }),
  },
};

/** A catalogue of two exercises with one task each. @param parameters of the first one */
export function fakeCatalogue(solve = "", template: Definition["template"] = "running", parameters: Definition["parameters"] = {}): Catalogue {
  const exercises = [exercise("hot-add", solve, template, parameters), exercise("balloon", solve, template, {})];
  return {
    list: () => exercises,
    get: (id) => {
      const found = exercises.find((one) => one.id === id);
      if (found === undefined) throw new LabError("unknown_exercise", { params: { exercise: id }, log: id });
      return found;
    },
  };
}

export const passedVerdict = {
  exercise: "hot-add",
  outcome: "passed",
  tasks: [{ task: "task", outcome: "passed", found: text }],
  at: "2026-11-22T09:00:00.000Z",
  ms: 12,
} as const satisfies Omit<Verdict, "attempts">;

export interface FakeServerOptions extends FakeBackendOptions, Partial<Pick<Rooms, "readiness">> {
  /** What frozen hosts may take, bytes. */
  readonly frozenBytes?: number;
  /** Hosts that fit. */
  readonly room?: number;
  readonly grade?: (options: GradeOptions) => Promise<Verdict>;
  readonly publicUrl?: string;
  readonly signUp?: boolean;
  readonly sso?: SingleSignOn;
  /** Origins of learning platforms on this machine. */
  readonly ltiPlatforms?: readonly string[];
  /** The starting state of its exercises. Default `running`. */
  readonly template?: Definition["template"];
  /** What its first exercise draws. Default: nothing. */
  readonly parameters?: Definition["parameters"];
  readonly siteDir?: string;
  readonly log?: FastifyBaseLogger;
  /** How names become addresses for webhooks. */
  readonly lookup?: OutboundOptions["lookup"];
  /** In place of its own two exercises, and of its own hosts. */
  readonly catalogue?: Catalogue;
  readonly backend?: FakeBackend;
  /** Origins of webhooks on this machine. */
  readonly receivers?: readonly string[];
  readonly xapi?: RecordStoreOptions;
  readonly recordings?: Partial<RecordingsOptions>;
}

/** Headers that a page of ours sends with everything. */
export const OUR_PAGE = { host: "127.0.0.1:4680", "sec-fetch-site": "same-origin", origin: "http://127.0.0.1:4680" };

const answerChecks = new WeakMap<FastifyInstance, AnswerCheck>();
/** Holds an answer against the server's own OpenAPI document. */
export function checkAnswer(app: FastifyInstance, method: string, url: string, answer: LightMyRequestResponse): void {
  const check = answerChecks.get(app) ?? new AnswerCheck(app.openApi());
  answerChecks.set(app, check);
  check.check(method, url, answer);
}

/** A browser: it keeps its cookie and says where it comes from. What it is answered must be in the OpenAPI document. */
export class FakeBrowser {
  readonly #cookies = new Map<string, string>();
  readonly #app: FastifyInstance;

  constructor(app: FastifyInstance) {
    this.#app = app;
  }

  /** What it sends as its cookies. */
  get cookie(): string | undefined {
    const pairs = [...this.#cookies].map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return pairs.length === 0 ? undefined : pairs.join("; ");
  }

  /** `name=value`, or several. */
  set cookie(text: string | undefined) {
    this.#cookies.clear();
    for (const pair of text?.split("; ") ?? []) this.#cookies.set(pair.slice(0, pair.indexOf("=")), decodeURIComponent(pair.slice(pair.indexOf("=") + 1)));
  }

  async send(method: "GET" | "POST" | "DELETE" | "PUT", url: string, body?: object, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    const cookie = this.cookie === undefined ? {} : { cookie: this.cookie };
    const response = await this.#app.inject({ method, url, headers: { ...OUR_PAGE, ...cookie, ...headers }, ...(body && { body }) });
    for (const { name, value } of response.cookies) {
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    checkAnswer(this.#app, method, url, response);
    return response;
  }

  /** A browser that has opened the page, as every browser has before it does anything else. */
  async open(): Promise<this> {
    await this.send("GET", "/api/v1/me");
    return this;
  }

  /** Starts an exercise and waits until its host is ready. */
  async startReady(id = "hot-add"): Promise<SeatView> {
    let seat = (await this.send("POST", "/api/v1/seats", { exercise: id })).json<SeatView>();
    while (seat.phase === "starting") seat = (await this.send("GET", `/api/v1/seats/${seat.id}`)).json<SeatView>();
    return seat;
  }
}

/** The server, its parts, and the way to put it away. */
export async function fakeServer(options: FakeServerOptions = {}) {
  const stateDir = mkdtempSync(join(tmpdir(), "ringside-app-"));
  const log: Log = options.log ?? silentLog;
  const store = await openStore({ stateDir, log });
  const backend = options.backend ?? new FakeBackend(options);
  const room = options.room ?? 9;
  const readBaseline = async () => ({});
  const solve = join(stateDir, "solve.sh");
  writeFileSync(solve, "echo solved\n");
  const catalogue = options.catalogue ?? fakeCatalogue(solve, options.template, options.parameters);
  const budget = new Budget({ memoryMiB: room * 1000, vcpus: room * 2 });
  const pool = new HostPool<Prepared>({ backend, budget, size: 0, prepare: preparer(catalogue.list(), readBaseline), log });
  const watches = new Watches(silentLog);
  const classes = openClasses({
    store,
    catalogue,
    backend,
    seats: () => seats,
    exams: () => exams,
    hostsFor: hostsThatFit(backend, budget.limit),
    log,
  });
  const seats: Seats = new Seats({
    onChange: classes.onChange,
    enter: classes.enter,
    store,
    pool,
    backend,
    catalogue,
    parameterKey: randomBytes(32),
    readBaseline,
    terminalsFor: (host) => new HostTerminals(host),
    whileReady: inTurn(
      watches.whileReady(() => () => {}),
      classes.whileReady,
    ),
    examOf: (sitting, exercise) => exams.examOf(sitting, exercise),
    log,
  });
  const recordings = await Recordings.open({ store, stateDir, log, keptDays: 90, maxTotalBytes: 64 * 1024 * 1024, ...options.recordings });
  const onKept = (learner: string, exercise: string, kept?: KeptCheck): void => {
    classes.onReview(learner);
    void ltiPeople.checked(learner, exercise);
    if (kept !== undefined) news.checked(kept);
  };
  const grade = options.grade ?? (async ({ attempts }) => ({ ...passedVerdict, attempts: await attempts.record(passedVerdict, {}) }));
  const sessions = new Sessions(store);
  const tokens = new Tokens(store);
  const handOver = (from: string, to: string): void => {
    seats.handOver(from, to);
    classes.onTaken(to);
  };
  const people = new People({ store, sessions, tokens, handOver, passwordCost: CHEAP_PASSWORDS, log });
  const frozen = await FrozenHosts.open({ store, backend, maxBytes: options.frozenBytes ?? 2 ** 40, keptDays: 30, log });
  const exams: Exams = new Exams({
    ...{ store, catalogue, pool, grade, frozen, seats, parameterKey: randomBytes(32), log, onKept },
    check: (seat) => checkSeat(seat, { store, grade, log, onKept }),
    onChange: classes.onExam,
  });
  const evidence = new Evidence({
    ...{ store, catalogue, recordings, frozen: exams.frozenEvidence, onDecided: onKept, log },
    keptDays: 180,
    maxBytes: 2 ** 30,
  });
  const lti = await Lti.open({
    store,
    stateDir,
    publicUrl: options.publicUrl ?? "http://127.0.0.1:4680",
    log,
    outbound: { trustedOrigins: options.ltiPlatforms ?? [] },
  });
  const ltiPeople = new LtiPeople({ lti, people, store, catalogue, pathOf: (exercise) => `/lesson/#${exercise}`, log });
  const publicUrl = options.publicUrl ?? "http://127.0.0.1:4680";
  const outbound = new Outbound({ trustedOrigins: options.receivers ?? [], ...(options.lookup && { lookup: options.lookup }) });
  const webhooks = new Webhooks({ store, outbound, key: randomBytes(32), publicUrl });
  const { xapi } = options;
  const lrs = xapi && new RecordStore(xapi);
  const senders = { webhook: (delivery: DeliveryRecord) => webhooks.send(delivery), ...(lrs && { xapi: (delivery: DeliveryRecord) => lrs.send(delivery) }) };
  const deliveries = new Deliveries({ store, log, senders });
  const news = new News({ store, catalogue, deliveries, publicUrl, xapi, log });
  const gradings = new Gradings({ pool, catalogue, readBaseline, log });
  const app = await buildApp({
    sso: options.sso,
    lti,
    ltiPeople,
    ltiChoices: () => [],
    people,
    classes,
    sessions,
    tokens,
    webhooks,
    gradings,
    config: {
      publicUrl: options.publicUrl ?? "http://127.0.0.1:4680",
      port: 4680,
      siteDir: options.siteDir ?? join(stateDir, "no-site"),
      signUp: options.signUp ?? true,
    },
    log: options.log ?? createLog("silent"),
    cookieKey: randomBytes(32),
    store,
    seats,
    recordings,
    watches,
    exams,
    evidence,
    check: async (seat) => {
      const verdict = await checkSeat(seat, { store, grade, log, mayCheck: (one) => exams.mayCheck(one), onKept });
      await exams.checked(seat);
      return verdict;
    },
    accelerator: backend.accelerator,
    readiness: options.readiness ?? {},
  });
  const close = async (): Promise<void> => {
    await app.close();
    await gradings.close();
    await exams.close();
    evidence.close();
    frozen.close();
    await seats.close(1_000);
    await recordings.close();
    await lti.close();
    await news.settled();
    await deliveries.close();
    await pool.close();
    await store.close();
    rmSync(stateDir, { recursive: true });
  };
  return {
    app,
    news,
    deliveries,
    gradings,
    exams,
    evidence,
    frozen,
    lti,
    classes: classes.classes,
    rooms: classes.rooms,
    people,
    sessions,
    tokens,
    backend,
    pool,
    seats,
    recordings,
    stateDir,
    store,
    close,
    browser: () => new FakeBrowser(app),
  };
}
