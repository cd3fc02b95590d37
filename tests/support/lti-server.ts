import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import cookie from "@fastify/cookie";
import fastify, { type FastifyInstance } from "fastify";
import type { NewRegistration } from "../../lab-server/contract/lti.ts";
import { type LtiPeople, ltiRoutes } from "../../lab-server/http/lti.ts";
import { FRAMED_COOKIE } from "../../lab-server/http/lti-browser.ts";
import { OwnNames } from "../../lab-server/http/own-names.ts";
import { addErrors } from "../../lab-server/http/plugins/errors.ts";
import { addHeaders } from "../../lab-server/http/plugins/limits.ts";
import type { Log } from "../../lab-server/log.ts";
import { silentLog } from "../../lab-server/log.ts";
import type { Choice } from "../../lab-server/lti/deep-linking.ts";
import type { Launch } from "../../lab-server/lti/launch.ts";
import { Lti } from "../../lab-server/lti/lti.ts";
import { openStore, type Store } from "../../lab-server/store/database.ts";
import { rememberLearner } from "../../lab-server/store/learners.ts";

export interface LtiServer {
  readonly app: FastifyInstance;
  readonly lti: Lti;
  readonly store: Store;
  readonly stateDir: string;
  /** Every launch that came through, in order. */
  readonly launches: Launch[];
  close(): Promise<void>;
}

export interface LtiServerOptions {
  readonly publicUrl?: string;
  readonly trustedOrigins?: readonly string[];
  readonly now?: () => number;
  readonly log?: Log;
}

export const CHOICES: readonly Choice[] = [
  { id: "cpu-hot-add", group: { en: "CPUs", "zh-cn": "处理器" }, title: { en: "Add a vCPU & see it", "zh-cn": "添加 vCPU" }, points: 10 },
  { id: "memory-balloon", group: { en: "Memory", "zh-cn": "内存" }, title: { en: "Inflate a balloon", "zh-cn": "气球" }, points: 5 },
];

/** The part of LTI of a server on a database of its own, with sessions that are a name in a cookie. */
export async function ltiServer({ publicUrl = "https://lab.example", trustedOrigins = [], now, log = silentLog }: LtiServerOptions = {}): Promise<LtiServer> {
  const stateDir = mkdtempSync(join(tmpdir(), "ringside-lti-"));
  const store = await openStore({ stateDir, log: silentLog });
  const lti = await Lti.open({ store, stateDir, publicUrl, log, outbound: { trustedOrigins }, ...(now && { now }) });
  const names = new OwnNames({ publicUrl, port: 4680 });
  const launches: Launch[] = [];
  const people: LtiPeople = {
    launched: async (launch, { reply, framed }) => {
      launches.push(launch);
      const make = async (): Promise<string> => {
        const id = `learner-of-${launch.subject}`;
        await rememberLearner(store, id, new Date().toISOString());
        return id;
      };
      const who = launch.subject === undefined ? "nobody" : await lti.learnerOf(launch.registration.id, launch.subject, make);
      if (framed) reply.setCookie("__Host-framed", who, FRAMED_COOKIE);
      else reply.setCookie("__Host-lab", who, { path: "/", secure: true, httpOnly: true, sameSite: "lax" });
      return { who, redirect: `/exercises/${launch.exercise ?? ""}` };
    },
    inFrame: async (request) => request.cookies["__Host-framed"],
    entered: async (who, { reply }) => {
      reply.setCookie("__Host-lab", who, { path: "/", secure: true, httpOnly: true, sameSite: "lax" });
    },
  };
  const app = fastify();
  addErrors(app);
  await addHeaders(app, names);
  // As in the real server, the rest of it has cookies of its own.
  await app.register(async (api) => {
    await api.register(cookie);
  });
  await app.register(ltiRoutes, { lti, names, people, choices: () => CHOICES });
  const close = async (): Promise<void> => {
    await app.close();
    await lti.close();
    await store.close();
    rmSync(stateDir, { recursive: true });
  };
  return { app, lti, store, stateDir, launches, close };
}

/** A platform by form, at an origin. */
export function platformAt(origin: string, more: Partial<NewRegistration> = {}): NewRegistration {
  return {
    name: "School",
    issuer: origin,
    clientId: "ringside",
    deployments: ["1"],
    authUrl: `${origin}/auth`,
    tokenUrl: `${origin}/token`,
    jwksUrl: `${origin}/jwks`,
    frameOrigins: [],
    ...more,
  };
}
