import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Classes } from "../classes/classes.ts";
import { gradesCsv } from "../classes/grades-csv.ts";
import {
  type Capacity,
  type ClassesView,
  type ClassView,
  capacitySchema,
  classEventSchema,
  classesViewSchema,
  classViewSchema,
  classWishSchema,
  type Grades,
  gradesSchema,
  type JoinedClass,
  type JoinView,
  joinCodeSchema,
  joinedClassSchema,
  joinSchema,
  joinViewSchema,
} from "../contract/classes.ts";
import { LabError } from "../errors.ts";
import { EventStream } from "./event-stream.ts";
import { DONE, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";

/** The whole grid of a thousand learners is some megabytes, and what changes comes while it is still on the line. */
const MOST_UNREAD_BYTES = 16 * 1024 * 1024;

type ClassParams = { Params: { class: string } };
const emptySchema = z.strictObject({}).nullish();

const wish = { body: classWishSchema, problems: ["unknown_exercise"] } as const;
const LIST: Operation = { tag: "classes", summary: "List what one teaches and is in", gives: { 200: classesViewSchema } };
const MAKE: Operation = { tag: "classes", summary: "Make a class", ...wish, gives: { 201: classViewSchema } };
const CAPACITY: Operation = { tag: "classes", summary: "Ask whether the machine holds a class", ...wish, gives: { 200: capacitySchema } };
const LOOK: Operation = { tag: "classes", summary: "Look at a class", gives: { 200: classViewSchema } };
const CHANGE: Operation = { tag: "classes", summary: "Change a class", ...wish, gives: { 200: classViewSchema } };
const ARCHIVE: Operation = { tag: "classes", summary: "Archive a class", description: "What was done in it stays.", gives: DONE };
const NEW_CODE: Operation = { tag: "classes", summary: "Replace the join code", body: emptySchema, gives: { 200: classViewSchema } };
const GRADES: Operation = { tag: "classes", summary: "Compute the grades", gives: { 200: gradesSchema } };
const GRADES_CSV: Operation = { tag: "classes", summary: "Compute the grades as CSV", gives: { 200: { type: "text/csv", text: "A row for each learner." } } };
const LIVE: Operation = {
  tag: "classes",
  summary: "Follow a class",
  gives: { 200: { type: "text/event-stream", text: "Server-sent events.", messages: classEventSchema } },
};
const REMOVE: Operation = { tag: "classes", summary: "Take somebody out of a class", gives: DONE };
const JOIN_VIEW: Operation = {
  tag: "classes",
  summary: "Look where a code leads",
  params: { code: joinCodeSchema },
  gives: { 200: joinViewSchema },
  problems: ["no_such_class"],
};
const JOIN: Operation = {
  tag: "classes",
  summary: "Join a class",
  body: joinSchema,
  gives: { 200: joinedClassSchema },
  problems: ["no_such_class", "class_full", "class_over"],
};

/** Classes: made and looked at by instructors, joined by whoever has the code. */
export async function classRoutes(app: FastifyInstance, { classes }: { classes: Classes }): Promise<void> {
  const streams = new Set<EventStream>();
  const owner = (request: FastifyRequest) => signedIn(request).person;

  app.get("/api/v1/classes", { config: { api: LIST } }, async (request, reply): Promise<ClassesView> => {
    reply.header("cache-control", "no-store");
    return classes.of(request.session?.person, request.learner);
  });

  app.post("/api/v1/classes", { config: { ...COSTLY, api: MAKE } }, async (request, reply): Promise<ClassView> => {
    const made = await classes.make(owner(request), parse(classWishSchema, request.body));
    reply.code(201);
    return made;
  });

  app.post(
    "/api/v1/classes/capacity",
    { config: { api: CAPACITY } },
    async (request): Promise<Capacity> => classes.capacity(parse(classWishSchema, request.body)),
  );

  app.get<ClassParams>("/api/v1/classes/:class", { config: { api: LOOK } }, async (request, reply): Promise<ClassView> => {
    reply.header("cache-control", "no-store");
    return classes.view(owner(request), request.params.class);
  });

  app.put<ClassParams>("/api/v1/classes/:class", { config: { ...COSTLY, api: CHANGE } }, async (request): Promise<ClassView> => {
    return classes.change(owner(request), request.params.class, parse(classWishSchema, request.body));
  });

  app.delete<ClassParams>("/api/v1/classes/:class", { config: { api: ARCHIVE } }, async (request, reply) => {
    await classes.archive(owner(request), request.params.class);
    return reply.code(204).send();
  });

  app.post<ClassParams>("/api/v1/classes/:class/code", { config: { api: NEW_CODE } }, async (request): Promise<ClassView> => {
    parse(emptySchema, request.body);
    return classes.newCode(owner(request), request.params.class);
  });

  app.get<ClassParams>("/api/v1/classes/:class/grades", { config: { api: GRADES } }, async (request, reply): Promise<Grades> => {
    reply.header("cache-control", "no-store");
    return classes.grades(owner(request), request.params.class);
  });

  app.get<ClassParams>("/api/v1/classes/:class/live", { config: { api: LIVE } }, async (request, reply) => {
    let stop = (): void => {};
    let over = false;
    const closed = (): void => {
      over = true;
      stop();
      streams.delete(stream);
    };
    const stream: EventStream = new EventStream(closed, { mostUnreadBytes: MOST_UNREAD_BYTES });
    streams.add(stream);
    try {
      stop = await classes.look(owner(request), request.params.class, (event) => stream.send(event));
      if (over) stop();
    } catch (thrown) {
      stream.end();
      throw thrown;
    }
    return stream.sendOn(reply);
  });
  // A stream never ends by itself: without this the server would wait for its readers.
  app.addHook("preClose", async () => {
    for (const stream of streams) stream.end();
  });

  app.get<ClassParams>("/api/v1/classes/:class/grades.csv", { config: { api: GRADES_CSV } }, async (request, reply) => {
    const grades = await classes.grades(owner(request), request.params.class);
    // A name of ours alone: a class may be called anything.
    const name = `grades-${grades.at.slice(0, 10)}.csv`;
    return reply
      .type("text/csv; charset=utf-8")
      .header("cache-control", "no-store")
      .header("content-disposition", `attachment; filename="${name}"`)
      .send(gradesCsv(grades));
  });

  app.delete<{ Params: { class: string; learner: string } }>("/api/v1/classes/:class/members/:learner", { config: { api: REMOVE } }, async (request, reply) => {
    await classes.remove(owner(request), request.params.class, request.params.learner);
    return reply.code(204).send();
  });

  app.get<{ Params: { code: string } }>("/api/v1/join/:code", { config: { ...COSTLY, api: JOIN_VIEW } }, async (request, reply): Promise<JoinView> => {
    reply.header("cache-control", "no-store");
    const code = parse(joinCodeSchema, request.params.code);
    return classes.joinView(await classes.byCode(code, `learner ${request.learner}`, `address ${request.ip}`));
  });

  app.post("/api/v1/join", { config: { ...COSTLY, api: JOIN } }, async (request): Promise<JoinedClass> => {
    const { code, name = request.session?.person.name } = parse(joinSchema, request.body);
    const found = await classes.byCode(code, `learner ${request.learner}`, `address ${request.ip}`);
    if (name === undefined)
      throw new LabError("bad_request", { params: { reason: "name: expected a name" }, log: "somebody without an account joins without a name" });
    return classes.join(found, request.learner, name);
  });
}
