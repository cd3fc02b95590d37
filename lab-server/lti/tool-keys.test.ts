import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { ToolKeys } from "./tool-keys.ts";

const HOUR_MS = 3600_000;

let stateDir: string;
let now: number;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-keys-"));
  now = Date.parse("2026-11-27T12:00:00Z");
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const open = (): Promise<ToolKeys> => ToolKeys.open(stateDir, () => now);
const kidOf = async (keys: ToolKeys): Promise<string | undefined> => decodeProtectedHeader(await keys.sign({})).kid;

test("the key is made once, for the server's user alone, and nothing of its private part is shown", async () => {
  const keys = await open();
  const file = join(stateDir, "keys/lti-tool.json");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual((await open()).publicKeys, keys.publicKeys);
  assert.deepEqual(Object.keys(keys.publicKeys.keys[0] ?? {}).sort(), ["alg", "e", "kid", "kty", "n", "use"]);
  const { payload } = await jwtVerify(await keys.sign({ iss: "lab" }), createLocalJWKSet(keys.publicKeys), { algorithms: ["RS256"] });
  assert.equal(payload.iss, "lab");
  writeFileSync(file, "{}");
  await assert.rejects(open(), /is not as it was written/);
});

test("a new key is shown for an hour before it signs, and the one before it still verifies then", async () => {
  const keys = await open();
  const first = await kidOf(keys);
  now += 30 * 24 * HOUR_MS;
  const signedBefore = await keys.sign({});
  await keys.rotate();
  assert.equal(keys.publicKeys.keys.length, 2);
  assert.equal(await kidOf(keys), first);
  now += HOUR_MS;
  const second = await kidOf(keys);
  assert.notEqual(second, first);
  assert.equal(await kidOf(await open()), second, "after a restart too");
  await jwtVerify(signedBefore, createLocalJWKSet(keys.publicKeys), { algorithms: ["RS256"] });
  await keys.rotate();
  assert.equal(keys.publicKeys.keys.length, 2);
  assert.ok(!readFileSync(join(stateDir, "keys/lti-tool.json"), "utf8").includes(first ?? ""), "two are enough");
});

test("a key is replaced when it is old, and not before", async () => {
  const keys = await open();
  now += 89 * 24 * HOUR_MS;
  await keys.rotateWhenOld();
  assert.equal(keys.publicKeys.keys.length, 1);
  now += 2 * 24 * HOUR_MS;
  await keys.rotateWhenOld();
  await keys.rotateWhenOld();
  assert.equal(keys.publicKeys.keys.length, 2);
});
