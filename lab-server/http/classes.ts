import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Classes } from "../classes/classes.ts";
import { gradesCsv } from "../classes/grades-csv.ts";
import {
  type Capacity,
  type ClassesView,
  type ClassView,
  classWishSchema,
  type Grades,
  type JoinedClass,
  type JoinView,
  joinCodeSchema,
  joinSchema,
} from "../contract/classes.ts";
import { LabError } from "../errors.ts";
import { EventStream } from "./event-stream.ts";
import { parse } from "./parse.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";

/** The whole grid of a thousand learners is some megabytes, and what changes comes while it is still on the line. */
const MOST_UNREAD_BYTES = 16 * 1024 * 1024;

type ClassParams = { Params: { class: string } };
const emptySchema = z.strictObject({}).nullish();

/** Classes: made and looked at by instructors, joined by whoever has the code. */
export async function classRoutes(app: FastifyInstance, { classes }: { classes: Classes }): Promise<void> {
  const streams = new Set<EventStream>();
  const owner = (request: FastifyRequest) => signedIn(request).person;

  app.get("/api/v1/classes", async (request, reply): Promise<ClassesView> => {
    reply.header("cache-control", "no-store");
    return classes.of(request.session?.person, request.learner);
  });

  app.post("/api/v1/classes", { config: COSTLY }, async (request, reply): Promise<ClassView> => {
    const made = await classes.make(owner(request), parse(classWishSchema, request.body));
    reply.code(201);
    return made;
  });

  app.post("/api/v1/classes/capacity", async (request): Promise<Capacity> => classes.capacity(parse(classWishSchema, request.body)));

  app.get<ClassParams>("/api/v1/classes/:class", async (request, reply): Promise<ClassView> => {
    reply.header("cache-control", "no-store");
    return classes.view(owner(request), request.params.class);
  });

  app.put<ClassParams>("/api/v1/classes/:class", { config: COSTLY }, async (request): Promise<ClassView> => {
    return classes.change(owner(request), request.params.class, parse(classWishSchema, request.body));
  });

  app.delete<ClassParams>("/api/v1/classes/:class", async (request, reply) => {
    await classes.archive(owner(request), request.params.class);
    return reply.code(204).send();
  });

  app.post<ClassParams>("/api/v1/classes/:class/code", async (request): Promise<ClassView> => {
    parse(emptySchema, request.body);
    return classes.newCode(owner(request), request.params.class);
  });

  app.get<ClassParams>("/api/v1/classes/:class/grades", async (request, reply): Promise<Grades> => {
    reply.header("cache-control", "no-store");
    return classes.grades(owner(request), request.params.class);
  });

  app.get<ClassParams>("/api/v1/classes/:class/live", async (request, reply) => {
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

  app.get<ClassParams>("/api/v1/classes/:class/grades.csv", async (request, reply) => {
    const grades = await classes.grades(owner(request), request.params.class);
    // A name of ours alone: a class may be called anything.
    const name = `grades-${grades.at.slice(0, 10)}.csv`;
    return reply
      .type("text/csv; charset=utf-8")
      .header("cache-control", "no-store")
      .header("content-disposition", `attachment; filename="${name}"`)
      .send(gradesCsv(grades));
  });

  app.delete<{ Params: { class: string; learner: string } }>("/api/v1/classes/:class/members/:learner", async (request, reply) => {
    await classes.remove(owner(request), request.params.class, request.params.learner);
    return reply.code(204).send();
  });

  app.get<{ Params: { code: string } }>("/api/v1/join/:code", { config: COSTLY }, async (request, reply): Promise<JoinView> => {
    reply.header("cache-control", "no-store");
    const code = parse(joinCodeSchema, request.params.code);
    return classes.joinView(await classes.byCode(code, `learner ${request.learner}`, `address ${request.ip}`));
  });

  app.post("/api/v1/join", { config: COSTLY }, async (request): Promise<JoinedClass> => {
    const { code, name = request.session?.person.name } = parse(joinSchema, request.body);
    const found = await classes.byCode(code, `learner ${request.learner}`, `address ${request.ip}`);
    if (name === undefined)
      throw new LabError("bad_request", { params: { reason: "name: expected a name" }, log: "somebody without an account joins without a name" });
    return classes.join(found, request.learner, name);
  });
}
