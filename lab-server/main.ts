import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { buildApp } from "./app.ts";
import { HostCopies } from "./classes/host-copies.ts";
import { openClasses } from "./classes/open-classes.ts";
import { WarmUp } from "./classes/warm-up.ts";
import { unknownKeys } from "./config.ts";
import { LabError } from "./errors.ts";
import { CommandLog } from "./evidence/command-log.ts";
import { Evidence } from "./evidence/evidence.ts";
import { Exams } from "./exams/exams.ts";
import { FrozenHosts } from "./exams/frozen-hosts.ts";
import { loadCatalogue } from "./exercises/catalogue.ts";
import { checksFor } from "./exercises/exercise.ts";
import { parameterKey } from "./exercises/parameter-key.ts";
import { readBaseline } from "./grading/baseline.ts";
import { grade } from "./grading/grade.ts";
import { Budget, budgetFromMachine, hostsThatFit, readMachine } from "./hosts/budget.ts";
import { HostPool } from "./hosts/pool.ts";
import { createQemuBackend } from "./hosts/qemu/backend.ts";
import { recoverHosts } from "./hosts/recover.ts";
import { readLessons } from "./http/lessons.ts";
import { ltiChoices } from "./http/lti-choices.ts";
import { cookieKey } from "./http/plugins/cookie-key.ts";
import { createLog } from "./log.ts";
import { Lti } from "./lti/lti.ts";
import { Deliveries } from "./outbound/deliveries.ts";
import { Outbound } from "./outbound/outbound.ts";
import { LtiPeople } from "./people/lti-people.ts";
import { People } from "./people/people.ts";
import { Sessions } from "./people/sessions.ts";
import { SingleSignOn } from "./people/single-sign-on.ts";
import { Tokens } from "./people/tokens.ts";
import { readinessOf } from "./readiness.ts";
import { Recordings } from "./recordings/recordings.ts";
import { checkSeat, type KeptCheck } from "./seats/check-seat.ts";
import { lookByItself } from "./seats/look.ts";
import { preparer } from "./seats/prepare.ts";
import { inTurn } from "./seats/seat-hosts.ts";
import { Seats } from "./seats/seats.ts";
import { oncePerTemplate } from "./seats/template-baseline.ts";
import { Watches } from "./seats/watch.ts";
import { secretKey } from "./secret-key.ts";
import { PROJECT, readSettings } from "./settings.ts";
import { closeInOrder, stopOnSignals } from "./shutdown.ts";
import { openStore } from "./store/database.ts";
import type { DeliveryRecord } from "./store/deliveries.ts";
import { openSeats } from "./store/seats.ts";
import { openSnapshots } from "./store/snapshots.ts";
import { HostTerminals } from "./terminals/host-terminals.ts";
import { Gradings } from "./trial/gradings.ts";
import { News } from "./webhooks/news.ts";
import { Webhooks } from "./webhooks/webhooks.ts";
import { RecordStore } from "./xapi/record-store.ts";

/** Within this time after a signal everything is closed, or the process ends all the same. In milliseconds. */
const STOP_WITHIN_MS = 30_000;
/** Answers that are being written get this long before the hosts are taken away, in milliseconds. */
const GOODBYE_MS = 3_000;

/** Learners' hosts are saved within this time, and what is left over stands until the next start. In milliseconds. */
const PARK_WITHIN_MS = 20_000;

const MIB = 1024 * 1024;

async function main(): Promise<void> {
  const config = readSettings();
  const log = createLog(config.logLevel);
  for (const key of unknownKeys(process.env)) log.warn({ key }, "this is no setting of the server; see .env.example");

  const catalogue = await loadCatalogue(join(PROJECT, "src/content/exercises"));
  const store = await openStore({ stateDir: config.stateDir, log });
  const { cacheDir, stateDir, accelerator, unsafeNesting, freezeAfterMs } = config;
  const build = ["nice", "-n", "10", join(PROJECT, "lab-host/build.sh"), "--cache", cacheDir, "--accelerator", accelerator] as const;
  const lateBuild = config.buildDesktop ? { lateBuild: build } : {};
  const backend = await createQemuBackend({ cacheDir, stateDir, accelerator, unsafeNesting, freezeAfterMs, log, ...lateBuild });

  const records = await openSeats(store);
  const recovered = await recoverHosts(backend, new Set(records.flatMap(({ hostId }) => hostId ?? [])), log);

  const { memoryAvailableMiB, cores } = readMachine();
  const measured = budgetFromMachine(memoryAvailableMiB, cores);
  const limit = { memoryMiB: config.memoryBudgetMiB ?? measured.memoryMiB, vcpus: config.cpuBudget ?? measured.vcpus };
  log.info({ limit, memoryAvailableMiB, cores, accelerator: backend.accelerator }, "room for hosts");

  const baselineOf = oncePerTemplate((host, exercise, parameters) => readBaseline(host, checksFor(exercise, parameters)));
  const pool = new HostPool({
    backend,
    budget: new Budget(limit),
    size: config.poolSize,
    prepare: preparer(catalogue.list(), baselineOf),
    onShort: () => seats.parkOne(),
    log,
  });
  for (const host of recovered.values()) if (!(host instanceof LabError)) pool.hold(host);
  const terminalsFor = (host: ConstructorParameters<typeof HostTerminals>[0]): HostTerminals => new HostTerminals(host);
  const watches = new Watches(log);
  /** What was kept of a check, or was decided about one, is news for grade books, webhooks, a learning record store, and whoever looks at a class. */
  const onKept = (learner: string, exercise: string, kept?: KeptCheck): void => {
    classes.onReview(learner);
    void ltiPeople.checked(learner, exercise);
    if (kept !== undefined) news.checked(kept);
  };
  const commands = new CommandLog({ store, log });
  const classes = openClasses({ store, catalogue, backend, seats: () => seats, exams: () => exams, hostsFor: hostsThatFit(backend, limit), log });
  const whileWatched = watches.whileReady(
    lookByItself({ look: (seat, onUnsettled) => checkSeat(seat, { store, grade, log, asked: false, onUnsettled, onKept }), log }),
  );
  const seats: Seats = new Seats({
    onChange: classes.onChange,
    enter: classes.enter,
    store,
    pool,
    backend,
    catalogue,
    parameterKey: parameterKey(stateDir),
    limits: config.limits,
    readBaseline: baselineOf,
    terminalsFor,
    whileReady: inTurn(whileWatched, classes.whileReady, (seat, { terminals }) => commands.follow(seat, terminals)),
    examOf: (sitting, exercise) => exams.examOf(sitting, exercise),
    log,
  });
  const frozen = await FrozenHosts.open({ store, backend, maxBytes: config.frozenHostsMiB * MIB, keptDays: config.frozenHostDays, log });
  const exams: Exams = new Exams({
    ...{ store, catalogue, pool, grade, frozen, seats, log, onKept },
    parameterKey: parameterKey(stateDir),
    check: (seat) => checkSeat(seat, { store, grade, log, onKept }),
    onChange: classes.onExam,
  });
  await seats.recover(records, recovered, await openSnapshots(store), [...(await HostCopies.kept(store)), ...(await frozen.ids())]);

  const { recordingDays: keptDays, recordingsMiB } = config;
  const recordings = await Recordings.open({ store, stateDir, log, keptDays, maxTotalBytes: recordingsMiB * MIB });
  const evidence = new Evidence({
    ...{ store, catalogue, recordings, frozen: exams.frozenEvidence, log },
    keptDays: config.evidenceDays,
    maxBytes: config.evidenceMiB * MIB,
    onDecided: onKept,
  });
  await evidence.expire();

  const warmUp = new WarmUp({ store, catalogue, expect: (templates) => pool.expect(templates), log });
  let draining = false;
  const sessions = new Sessions(store);
  const tokens = new Tokens(store);
  const handOver = (from: string, to: string): void => {
    seats.handOver(from, to);
    classes.onTaken(to);
  };
  const people = new People({ store, sessions, tokens, handOver, log });
  const lti = await Lti.open({ store, stateDir, publicUrl: config.publicUrl, log, outbound: { trustedOrigins: config.ltiLocalPlatforms } });
  const lessons = readLessons(config.siteDir);
  const ltiPeople = new LtiPeople({ lti, people, store, catalogue, pathOf: lessons.pathOf, log });
  const { publicUrl } = config;
  const lrs = config.xapi && new RecordStore(config.xapi);
  const receivers = new Outbound({ trustedOrigins: config.webhookLocalReceivers, userAgent: "Ringside (webhooks)" });
  const key = secretKey(stateDir, "webhooks", "webhooks have to be made anew");
  const webhooks = new Webhooks({ store, outbound: receivers, key, publicUrl });
  const senders = { webhook: (delivery: DeliveryRecord) => webhooks.send(delivery), ...(lrs && { xapi: (delivery: DeliveryRecord) => lrs.send(delivery) }) };
  const deliveries = new Deliveries({ store, log, senders });
  const news = new News({ store, catalogue, deliveries, publicUrl, xapi: config.xapi, log });
  const gradings = new Gradings({ pool, catalogue, readBaseline: baselineOf, log });
  const app = await buildApp({
    config,
    log,
    store,
    sessions,
    tokens,
    webhooks,
    gradings,
    classes,
    people,
    lti,
    sso: config.oidc && new SingleSignOn({ ...config.oidc, publicUrl: config.publicUrl, log }),
    ltiPeople,
    ltiChoices: () => ltiChoices(catalogue.list(), lessons),
    seats,
    recordings,
    watches,
    cookieKey: cookieKey(stateDir),
    exams,
    evidence,
    check: async (seat) => {
      const verdict = await checkSeat(seat, { store, grade, log, mayCheck: (one) => exams.mayCheck(one), onKept });
      await exams.checked(seat);
      return verdict;
    },
    accelerator: backend.accelerator,
    readiness: readinessOf({ store, stateDir, templates: backend.templates, draining: () => draining }),
  });

  stopOnSignals(
    () => {
      draining = true;
      const answered = app.close();
      return closeInOrder(
        [
          { name: "sockets", run: () => Promise.race([answered, delay(GOODBYE_MS)]) },
          { name: "gradings", run: () => gradings.close() },
          { name: "classes", run: async () => warmUp.close() },
          { name: "exams", run: () => exams.close() },
          { name: "seats", run: () => seats.close(PARK_WITHIN_MS) },
          { name: "recordings", run: () => recordings.close() },
          { name: "pool", run: () => pool.close() },
          { name: "hosts", run: () => backend.close() },
          { name: "requests", run: () => answered },
          { name: "lti", run: () => lti.close() },
          { name: "events", run: () => news.settled().then(() => deliveries.close()) },
          { name: "evidence", run: () => Promise.all([commands.settled(), evidence.close(), frozen.close()]) },
          { name: "store", run: () => store.close() },
        ],
        log,
      );
    },
    STOP_WITHIN_MS,
    log,
  );

  const address = await app.listen({ host: config.host, port: config.port });
  pool.start();
  lti.start();
  deliveries.start();
  warmUp.start();
  await exams.recover();
  const shown = config.port === 0 ? address : config.publicUrl;
  process.stdout.write(`\nRingside is ready: ${shown}\n\n`);
}

main().catch((error: unknown) => {
  // Hosts of an earlier server are left as they are: the next start takes them over.
  const text = error instanceof LabError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`The lab server could not start.\n${text}\n`);
  process.exit(1);
});
