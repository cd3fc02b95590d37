import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from "fastify";
import type { OpenedClasses } from "./classes/open-classes.ts";
import type { Config } from "./config.ts";
import type { AcceleratorView } from "./contract/seat.ts";
import type { Verdict } from "./contract/verdict.ts";
import { openScreen } from "./display/open-screen.ts";
import type { Evidence } from "./evidence/evidence.ts";
import type { Exams } from "./exams/exams.ts";
import { checkRoutes } from "./http/checks.ts";
import { classRoutes } from "./http/classes.ts";
import { classroomRoutes } from "./http/classroom.ts";
import { addDocument } from "./http/document.ts";
import { evidenceRoutes } from "./http/evidence.ts";
import { examRoutes } from "./http/exams.ts";
import { fileRoutes } from "./http/files.ts";
import { gradingRoutes } from "./http/gradings.ts";
import { type HealthRoutesOptions, healthRoutes } from "./http/health.ts";
import { helpRoutes } from "./http/help.ts";
import { liveRoomRoutes } from "./http/live-rooms.ts";
import { ltiRoutes, type Visit } from "./http/lti.ts";
import { ltiAdminRoutes } from "./http/lti-admin.ts";
import { ticketCookie } from "./http/lti-browser.ts";
import { ltiCourseRoutes } from "./http/lti-courses.ts";
import { meRoutes } from "./http/me.ts";
import { OwnNames } from "./http/own-names.ts";
import { peopleRoutes } from "./http/people.ts";
import { addAuth, cookiesOf } from "./http/plugins/auth.ts";
import { addErrors, unreadableAddress } from "./http/plugins/errors.ts";
import { addGuards, addHeaders, BODY_LIMIT_BYTES } from "./http/plugins/limits.ts";
import { addWebSockets } from "./http/plugins/websockets.ts";
import { recordingRoutes } from "./http/recordings.ts";
import { screenRoutes } from "./http/screens.ts";
import { seatRoutes } from "./http/seats.ts";
import { siteRoutes } from "./http/site.ts";
import { snapshotRoutes } from "./http/snapshots.ts";
import { ssoRoutes } from "./http/sso.ts";
import { terminalRoutes } from "./http/terminals.ts";
import { tokenRoutes } from "./http/tokens.ts";
import { webhookRoutes } from "./http/webhooks.ts";
import { xrayRoutes } from "./http/xray.ts";
import type { Choice } from "./lti/deep-linking.ts";
import { FrameTickets } from "./lti/frame-tickets.ts";
import type { Lti } from "./lti/lti.ts";
import { administrator, type LtiPeople } from "./people/lti-people.ts";
import type { People } from "./people/people.ts";
import type { Sessions } from "./people/sessions.ts";
import type { SingleSignOn } from "./people/single-sign-on.ts";
import type { Tokens } from "./people/tokens.ts";
import type { Recordings } from "./recordings/recordings.ts";
import type { Seat } from "./seats/seat.ts";
import type { Seats } from "./seats/seats.ts";
import type { Watches } from "./seats/watch.ts";
import type { Store } from "./store/database.ts";
import type { Gradings } from "./trial/gradings.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";

/** What the server is made of. `main.ts` builds the real ones, tests build theirs. */
export interface Rooms {
  readonly config: Pick<Config, "publicUrl" | "port" | "siteDir" | "signUp">;
  readonly log: FastifyBaseLogger;
  readonly cookieKey: Buffer;
  readonly store: Store;
  readonly people: People;
  readonly classes: OpenedClasses;
  /** A school's sign-in, where there is one. */
  readonly sso: SingleSignOn | undefined;
  readonly lti: Lti;
  readonly ltiPeople: Pick<LtiPeople, "arrived">;
  /** The exercises that an instructor puts into a platform's course. */
  readonly ltiChoices: () => readonly Choice[];
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly webhooks: Webhooks;
  readonly gradings: Gradings;
  readonly seats: Seats;
  readonly exams: Exams;
  readonly evidence: Evidence;
  readonly recordings: Recordings;
  readonly watches: Pick<Watches, "xray">;
  readonly check: (seat: Seat) => Promise<Verdict>;
  readonly accelerator: AcceleratorView;
  readonly readiness: HealthRoutesOptions["readiness"];
}

/** The whole server but for the socket it listens on. */
export async function buildApp(rooms: Rooms): Promise<FastifyInstance> {
  const { config, seats, store, recordings } = rooms;
  const names = new OwnNames(config);
  const app: FastifyInstance = fastify({
    loggerInstance: rooms.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    // A proxy on this machine says from where a request came; from elsewhere nobody is believed.
    trustProxy: "loopback",
    forceCloseConnections: "idle",
    // New requests on open connections are still answered while the server stops, so `/readyz` can say so.
    return503OnClosing: false,
    frameworkErrors: unreadableAddress,
  });
  addErrors(app);
  await addHeaders(app, names);
  await addWebSockets(app);
  await app.register(async (api) => {
    await addAuth(api, {
      key: rooms.cookieKey,
      secure: names.secure,
      sessions: rooms.sessions,
      tokens: rooms.tokens,
      isClaimed: (learner) => rooms.people.isClaimed(learner),
    });
    await addGuards(api, names);
    await addDocument(app, api, { secure: names.secure });
    api.addHook("onResponse", async (request, reply) => {
      const fields = { method: request.method, route: request.routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
      request.log.info(fields, "answered");
    });
    await api.register(meRoutes, { seats, store, accelerator: rooms.accelerator });
    await api.register(peopleRoutes, { people: rooms.people, sessions: rooms.sessions, signUp: config.signUp });
    await api.register(tokenRoutes, { tokens: rooms.tokens });
    await api.register(ssoRoutes, { sso: rooms.sso, people: rooms.people, sessions: rooms.sessions });
    const { classes, rooms: liveRooms, watchings } = rooms.classes;
    const allowsOrigin = (request: FastifyRequest): boolean => request.token !== undefined || names.fromOurPage(request.raw);
    await api.register(classRoutes, { classes });
    await api.register(liveRoomRoutes, { classes, rooms: liveRooms, watchings, allowsOrigin });
    await api.register(classroomRoutes, { rooms: liveRooms, seats, allowsOrigin });
    await api.register(gradingRoutes, { gradings: rooms.gradings });
    await api.register(webhookRoutes, { webhooks: rooms.webhooks });
    await api.register(ltiAdminRoutes, { lti: rooms.lti, administrator });
    await api.register(ltiCourseRoutes, { courses: rooms.lti.courses });
    await api.register(examRoutes, { exams: rooms.exams, classes });
    await api.register(evidenceRoutes, { evidence: rooms.evidence, classes });
    await api.register(seatRoutes, { seats, exams: rooms.exams, recordings, classroomOf: (seat) => liveRooms.classroomOf(seat) });
    await api.register(xrayRoutes, { seats, watches: rooms.watches });
    await api.register(snapshotRoutes, { seats });
    await api.register(recordingRoutes, { seats, recordings });
    await api.register(helpRoutes, { seats, store });
    await api.register(checkRoutes, { seats, check: rooms.check });
    await api.register(fileRoutes, { seats });
    await api.register(terminalRoutes, {
      authorise: async (request, seatId) => (await seats.find(request.learner, seatId)).ready().terminals,
      allowsOrigin,
    });
    await api.register(screenRoutes, {
      authorise: async (request, seatId) => (await seats.find(request.learner, seatId)).ready().host,
      allowsOrigin,
      open: openScreen,
    });
  });
  const { session: sessionCookie, options: cookieOptions } = cookiesOf(names.secure);
  const begin = async (person: string, { request, reply }: Visit): Promise<void> => {
    const { secret, seconds } = await rooms.sessions.begin(person, request.headers["user-agent"] ?? "");
    reply.setCookie(sessionCookie, secret, { ...cookieOptions, maxAge: seconds });
  };
  const ticket = ticketCookie(names);
  const tickets = new FrameTickets();
  await app.register(ltiRoutes, {
    lti: rooms.lti,
    names,
    choices: rooms.ltiChoices,
    people: {
      launched: async (launch, visit) => {
        const { person, path } = await rooms.ltiPeople.arrived(launch);
        // In a frame the session's cookie would be lost: the page there has a button that opens the lab in a tab of its own.
        if (visit.framed) visit.reply.setCookie(ticket.name, tickets.issue(person.id), ticket.options);
        else await begin(person.id, visit);
        return { who: person.id, redirect: path };
      },
      inFrame: async (request) => tickets.who(request.cookies[ticket.name] ?? ""),
      entered: begin,
    },
  });
  await app.register(healthRoutes, { readiness: rooms.readiness });
  await siteRoutes(app, { siteDir: config.siteDir, secure: names.secure });
  return app;
}
