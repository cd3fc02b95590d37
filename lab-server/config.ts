import { join, resolve } from "node:path";
import { z } from "zod";
import { LabError } from "./errors.ts";
import { LOG_LEVELS } from "./log.ts";
import type { LifeLimits } from "./seats/seat-life.ts";

const PREFIX = "RINGSIDE_";

const whole = (expected: string, min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected);

const UNIT_MS = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const MOST_DAYS = 3_650;

/** A length of time with its unit, or `none`, as milliseconds or undefined. */
const duration = () =>
  z
    .string()
    .regex(/^(none|\d{1,7} ?(s|min|h|d))$/, "expected a length of time such as 90s, 30min, 2h or 14d, or none")
    .transform((text) => {
      const [, number, unit] = /^(\d+) ?(s|min|h|d)$/.exec(text) ?? [];
      return number === undefined ? undefined : Number(number) * UNIT_MS[unit as keyof typeof UNIT_MS];
    })
    .refine((ms) => ms === undefined || (ms > 0 && ms <= MOST_DAYS * UNIT_MS.d), `expected more than nothing and at most ${MOST_DAYS}d`);

const path = (expected: string) =>
  z
    .string()
    .min(1, expected)
    .transform((value) => resolve(value));

const origins = (expected: string) =>
  z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((word) => word !== ""))
    .refine((words) => words.every(isOrigin), expected)
    .transform((words) => words.map((word) => new URL(word).origin))
    .prefault("");

const flag = z.enum(["true", "false"], { error: "expected true or false" }).transform((value) => value === "true");

/** Where this server runs, as far as the defaults depend on it. */
export interface Surroundings {
  /** True when the process is root. */
  readonly root: boolean;
  /** Where this user's programs keep what can be made again, and what cannot. */
  readonly cacheHome: string;
  readonly stateHome: string;
  /** The folder of the project. */
  readonly project: string;
}

function schemaFor({ root, cacheHome, stateHome, project }: Surroundings) {
  return z.object({
    HOST: z
      .string()
      .regex(/^[0-9A-Za-z.:-]+$/, "expected an IP address or a host name")
      .default("127.0.0.1"),
    PORT: whole("expected a port from 0 to 65535", 0, 65_535).default(4680),
    PUBLIC_URL: z
      .string()
      .refine(isOrigin, "expected http:// or https:// with a host and nothing behind it, such as https://lab.example.org")
      .transform((value) => new URL(value).origin)
      .optional(),
    CACHE_DIR: path("expected a path").default(root ? "/var/cache/ringside" : join(cacheHome, "ringside")),
    STATE_DIR: path("expected a path").default(root ? "/var/lib/ringside" : join(stateHome, "ringside")),
    SITE_DIR: path("expected a path").default(join(project, "dist")),
    ACCELERATOR: z.enum(["auto", "kvm", "tcg"], { error: "expected auto, kvm or tcg" }).default("auto"),
    UNSAFE_NESTING: flag.default(false),
    BUILD_DESKTOP: flag.default(false),
    POOL_SIZE: whole("expected a whole number from 0 to 64", 0, 64).default(1),
    MEMORY_BUDGET_MIB: whole("expected MiB, a whole number from 512", 512, 999_999_999).optional(),
    CPU_BUDGET: whole("expected a number of vCPUs from 1 to 4096", 1, 4096).optional(),
    FREEZE_AFTER_MS: whole("expected milliseconds, from 0 to 86400000", 0, 86_400_000).default(60_000),
    PARK_AFTER: duration().prefault("2h"),
    KEEP_FOR: duration().prefault("14d"),
    LIFE: duration().prefault("none"),
    WARN_BEFORE: duration().prefault("10min"),
    MORE: duration().prefault("1h"),
    MORE_TIMES: whole("expected a whole number from 0 to 1000", 0, 1000).default(3),
    SIGN_UP: flag.default(true),
    OIDC_ISSUER: z
      .string()
      .refine(
        (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
        "expected the address of an OpenID Connect issuer, such as https://login.school.example",
      )
      .optional(),
    OIDC_CLIENT_ID: z.string().optional(),
    OIDC_CLIENT_SECRET: z.string().optional(),
    OIDC_NAME: z.string().max(40, "expected at most 40 characters").default("SSO"),
    RECORDING_DAYS: whole("expected days, from 1 to 3650", 1, 3650).default(90),
    RECORDINGS_MIB: whole("expected MiB, a whole number from 16", 16, 999_999_999).default(2048),
    EVIDENCE_DAYS: whole("expected days, from 1 to 3650", 1, 3650).default(180),
    EVIDENCE_MIB: whole("expected MiB, a whole number from 16", 16, 999_999_999).default(1024),
    FROZEN_HOST_DAYS: whole("expected days, from 1 to 3650", 1, 3650).default(30),
    FROZEN_HOSTS_MIB: whole("expected MiB, a whole number from 1024", 1024, 999_999_999).default(40_960),
    LTI_LOCAL_PLATFORMS: origins("expected origins such as http://moodle.lan:8080, with spaces between them"),
    WEBHOOK_LOCAL_RECEIVERS: origins("expected origins such as http://ci.lan:8080, with spaces between them"),
    XAPI_ENDPOINT: z
      .string()
      .refine(
        (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
        "expected the address of a learning record store, such as https://lrs.school.example/xapi",
      )
      .optional(),
    XAPI_KEY: z.string().optional(),
    XAPI_SECRET: z.string().optional(),
    XAPI_NAMES: flag.default(false),
    LOG_LEVEL: z.enum(LOG_LEVELS, { error: `expected one of ${LOG_LEVELS.join(", ")}` }).default("info"),
  });
}

type Raw = z.output<ReturnType<typeof schemaFor>>;

/** The settings of one server. `.env.example` explains each. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** The origin that learners see, without a slash at the end. */
  readonly publicUrl: string;
  readonly cacheDir: string;
  readonly stateDir: string;
  readonly siteDir: string;
  readonly accelerator: Raw["ACCELERATOR"];
  readonly unsafeNesting: boolean;
  /** Whether the hosts with a desktop are made beside the running lab where they are missing. */
  readonly buildDesktop: boolean;
  /** Warm hosts to keep for each template. */
  readonly poolSize: number;
  /** MiB of all hosts together; undefined: measured on this machine. */
  readonly memoryBudgetMiB: number | undefined;
  /** vCPUs of all hosts together; undefined: measured on this machine. */
  readonly cpuBudget: number | undefined;
  readonly freezeAfterMs: number;
  /** How long hosts may do what. */
  readonly limits: LifeLimits;
  /** Whether anybody may make an account; otherwise they come from a school's sign-in or an admin. */
  readonly signUp: boolean;
  /** A school's sign-in; undefined where there is none. */
  readonly oidc: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string; readonly name: string } | undefined;
  /** Days for which a recording is kept. */
  readonly recordingDays: number;
  /** MiB of all recordings together. */
  readonly recordingsMiB: number;
  /** Days for which what verdicts rest on is kept, and MiB of it together. */
  readonly evidenceDays: number;
  readonly evidenceMiB: number;
  /** Days for which hosts of exams are kept, and MiB of them together. */
  readonly frozenHostDays: number;
  readonly frozenHostsMiB: number;
  /** Origins of learning platforms that may be spoken to by plain http and at private addresses. */
  readonly ltiLocalPlatforms: readonly string[];
  /** The same for webhooks. */
  readonly webhookLocalReceivers: readonly string[];
  /** A learning record store; undefined where there is none. */
  readonly xapi: { readonly endpoint: string; readonly key: string; readonly secret: string; readonly names: boolean } | undefined;
  readonly logLevel: Raw["LOG_LEVEL"];
}

/** Every key there is, with its prefix. */
export const CONFIG_KEYS: readonly string[] = Object.keys(schemaFor({ root: false, cacheHome: "/", stateHome: "/", project: "/" }).shape).map(
  (key) => PREFIX + key,
);

/** Keys with our prefix that are no settings of the server: misspelt, or meant for the build of the machines. */
export function unknownKeys(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).filter((key) => key.startsWith(PREFIX) && !CONFIG_KEYS.includes(key));
}

/**
 * The settings out of an environment. A key that is missing or empty has its default.
 * Fails with one line for each bad key: what was expected and what was found.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>, surroundings: Surroundings): Config {
  const given = Object.fromEntries(
    Object.entries(env)
      .filter(([key, value]) => key.startsWith(PREFIX) && value !== undefined && value.trim() !== "")
      .map(([key, value]) => [key.slice(PREFIX.length), value?.trim()]),
  );
  const parsed = schemaFor(surroundings).safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const key = String(issue.path[0]);
      return `  ${PREFIX}${key}: ${issue.message}, found ${JSON.stringify(given[key])}`;
    });
    throw new LabError("internal", { log: `The settings cannot be used:\n${lines.join("\n")}` });
  }
  const raw = parsed.data;
  return Object.freeze({
    host: raw.HOST,
    port: raw.PORT,
    publicUrl: raw.PUBLIC_URL ?? `http://${raw.HOST.includes(":") ? `[${raw.HOST}]` : raw.HOST}:${raw.PORT}`,
    cacheDir: raw.CACHE_DIR,
    stateDir: raw.STATE_DIR,
    siteDir: raw.SITE_DIR,
    accelerator: raw.ACCELERATOR,
    unsafeNesting: raw.UNSAFE_NESTING,
    buildDesktop: raw.BUILD_DESKTOP,
    poolSize: raw.POOL_SIZE,
    memoryBudgetMiB: raw.MEMORY_BUDGET_MIB,
    cpuBudget: raw.CPU_BUDGET,
    freezeAfterMs: raw.FREEZE_AFTER_MS,
    limits: {
      parkAfterMs: raw.PARK_AFTER,
      keepForMs: raw.KEEP_FOR,
      lifeMs: raw.LIFE,
      warnBeforeMs: raw.WARN_BEFORE ?? 0,
      moreMs: raw.MORE ?? 0,
      moreTimes: raw.MORE === undefined ? 0 : raw.MORE_TIMES,
    },
    signUp: raw.SIGN_UP,
    oidc: oidcOf(raw),
    recordingDays: raw.RECORDING_DAYS,
    recordingsMiB: raw.RECORDINGS_MIB,
    evidenceDays: raw.EVIDENCE_DAYS,
    evidenceMiB: raw.EVIDENCE_MIB,
    frozenHostDays: raw.FROZEN_HOST_DAYS,
    frozenHostsMiB: raw.FROZEN_HOSTS_MIB,
    ltiLocalPlatforms: raw.LTI_LOCAL_PLATFORMS,
    webhookLocalReceivers: raw.WEBHOOK_LOCAL_RECEIVERS,
    xapi: xapiOf(raw),
    logLevel: raw.LOG_LEVEL,
  });
}

function oidcOf({ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_NAME: name }: Raw): Config["oidc"] {
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (issuer !== undefined && clientId !== undefined && clientSecret !== undefined) return { issuer, clientId, clientSecret, name };
  const log = `The settings cannot be used:\n  ${PREFIX}OIDC_ISSUER, ${PREFIX}OIDC_CLIENT_ID and ${PREFIX}OIDC_CLIENT_SECRET: expected all three or none`;
  throw new LabError("internal", { log });
}

function xapiOf({ XAPI_ENDPOINT: endpoint, XAPI_KEY: key, XAPI_SECRET: secret, XAPI_NAMES: names }: Raw): Config["xapi"] {
  if (endpoint === undefined && key === undefined && secret === undefined) return undefined;
  if (endpoint !== undefined && key !== undefined && secret !== undefined) return { endpoint, key, secret, names };
  const log = `The settings cannot be used:\n  ${PREFIX}XAPI_ENDPOINT, ${PREFIX}XAPI_KEY and ${PREFIX}XAPI_SECRET: expected all three or none`;
  throw new LabError("internal", { log });
}

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  const bare = url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  return bare && (url.protocol === "http:" || url.protocol === "https:");
}
