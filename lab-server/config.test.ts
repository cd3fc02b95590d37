import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseEnv } from "node:util";
import { CONFIG_KEYS, parseConfig, unknownKeys } from "./config.ts";

const surroundings = { root: false, cacheHome: "/home/ada/.cache", stateHome: "/home/ada/.local/state", project: "/srv/ringside" };

test("an empty environment gives the defaults, frozen", () => {
  const config = parseConfig({ PATH: "/bin" }, surroundings);
  assert.deepEqual(config, {
    host: "127.0.0.1",
    port: 4680,
    publicUrl: "http://127.0.0.1:4680",
    cacheDir: "/home/ada/.cache/ringside",
    stateDir: "/home/ada/.local/state/ringside",
    siteDir: "/srv/ringside/dist",
    accelerator: "auto",
    unsafeNesting: false,
    buildDesktop: false,
    poolSize: 1,
    memoryBudgetMiB: undefined,
    cpuBudget: undefined,
    freezeAfterMs: 60_000,
    limits: { parkAfterMs: 7_200_000, keepForMs: 1_209_600_000, lifeMs: undefined, warnBeforeMs: 600_000, moreMs: 3_600_000, moreTimes: 3 },
    signUp: true,
    oidc: undefined,
    recordingDays: 90,
    recordingsMiB: 2048,
    evidenceDays: 180,
    evidenceMiB: 1024,
    frozenHostDays: 30,
    frozenHostsMiB: 40_960,
    ltiLocalPlatforms: [],
    webhookLocalReceivers: [],
    xapi: undefined,
    logLevel: "info",
  });
  assert.ok(Object.isFrozen(config));
});

test("root keeps its state where the system expects it", () => {
  const config = parseConfig({}, { ...surroundings, root: true });
  assert.equal(config.stateDir, "/var/lib/ringside");
  assert.equal(config.cacheDir, "/var/cache/ringside");
});

test("the public address follows host and port, or is what the operator says", () => {
  assert.equal(parseConfig({ RINGSIDE_HOST: "::1", RINGSIDE_PORT: "80" }, surroundings).publicUrl, "http://[::1]:80");
  const config = parseConfig({ RINGSIDE_PUBLIC_URL: "https://Lab.example.org/" }, surroundings);
  assert.equal(config.publicUrl, "https://lab.example.org");
});

test("learning platforms of the own net are a list of origins", () => {
  const read = (text: string) => parseConfig({ RINGSIDE_LTI_LOCAL_PLATFORMS: text }, surroundings).ltiLocalPlatforms;
  assert.deepEqual(read(" http://127.0.0.1:8088,  https://Moodle.lan/ "), ["http://127.0.0.1:8088", "https://moodle.lan"]);
  assert.throws(() => read("http://127.0.0.1:8088 moodle.lan"), /RINGSIDE_LTI_LOCAL_PLATFORMS: expected origins/);
});

test("each bad value is named with what was expected and what was found", () => {
  const env = {
    RINGSIDE_PORT: "80000",
    RINGSIDE_ACCELERATOR: "xen",
    RINGSIDE_PUBLIC_URL: "https://lab.example.org/path",
    RINGSIDE_UNSAFE_NESTING: "maybe",
  };
  assert.throws(
    () => parseConfig(env, surroundings),
    (error: Error) => {
      const lines = error.message.split("\n").slice(1);
      assert.deepEqual(
        new Set(lines),
        new Set([
          '  RINGSIDE_PORT: expected a port from 0 to 65535, found "80000"',
          '  RINGSIDE_ACCELERATOR: expected auto, kvm or tcg, found "xen"',
          '  RINGSIDE_PUBLIC_URL: expected http:// or https:// with a host and nothing behind it, such as https://lab.example.org, found "https://lab.example.org/path"',
          '  RINGSIDE_UNSAFE_NESTING: expected true or false, found "maybe"',
        ]),
      );
      return true;
    },
  );
});

test("lengths of time have a unit; none is without end, and of more time it is none", () => {
  const { limits } = parseConfig({ RINGSIDE_LIFE: "90min", RINGSIDE_KEEP_FOR: "none", RINGSIDE_PARK_AFTER: "20 s", RINGSIDE_MORE: "none" }, surroundings);
  assert.deepEqual([limits.lifeMs, limits.keepForMs, limits.parkAfterMs, limits.moreTimes], [5_400_000, undefined, 20_000, 0]);
  for (const wrong of ["90", "1w", "-1h", "0s", "9999999d"]) {
    assert.throws(() => parseConfig({ RINGSIDE_LIFE: wrong }, surroundings), /RINGSIDE_LIFE: expected (a length of time|more than nothing)/, wrong);
  }
});

test("a misspelt setting is noticed", () => {
  assert.deepEqual(unknownKeys({ RINGSIDE_POOLSIZE: "3", RINGSIDE_POOL_SIZE: "3", PATH: "/bin" }), ["RINGSIDE_POOLSIZE"]);
});

test(".env.example has every key and no other, and its values are the defaults", () => {
  const example = parseEnv(readFileSync(join(import.meta.dirname, "../.env.example"), "utf8"));
  assert.deepEqual(Object.keys(example).toSorted(), CONFIG_KEYS.toSorted());
  assert.deepEqual(parseConfig(example, surroundings), parseConfig({}, surroundings));
});
