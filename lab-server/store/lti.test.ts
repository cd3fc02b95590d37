import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { silentLog } from "../log.ts";
import { openStore, type Store } from "./database.ts";
import { rememberLearner } from "./learners.ts";
import { addLtiUser, allRegistrations, insertRegistration, type LtiRegistration, learnerOfLtiUser, removeRegistration } from "./lti.ts";
import { findLogin, insertDeepLink, insertLogin, takeDeepLink, takeLogin } from "./lti-logins.ts";

const NOON = "2026-11-27T12:00:00.000Z";
const BEFORE = "2026-11-27T11:59:59.999Z";
const school: LtiRegistration = {
  id: "r1",
  name: "School",
  issuer: "https://school.example",
  clientId: "c",
  deployments: ["1", "2"],
  authUrl: "https://school.example/auth",
  tokenUrl: "https://school.example/token",
  jwksUrl: "https://school.example/jwks",
  product: "moodle",
  frameOrigins: ["https://*.school.example"],
};

let stateDir: string;
let store: Store;
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-store-"));
  store = await openStore({ stateDir, log: silentLog });
  assert.equal(await insertRegistration(store, school, BEFORE), "r1");
});
afterEach(async () => {
  await store.close();
  rmSync(stateDir, { recursive: true });
});

test("a registration is kept whole, once for each client, until it is removed", async () => {
  assert.deepEqual(await allRegistrations(store), [school]);
  assert.equal(await insertRegistration(store, { ...school, id: "r2", deployments: ["9"] }, NOON), undefined);
  assert.deepEqual(await allRegistrations(store), [school]);
  await removeRegistration(store, "r1", NOON);
  assert.deepEqual(await allRegistrations(store), []);
  assert.equal(await insertRegistration(store, { ...school, id: "r2", name: "New", deployments: ["3"] }, NOON), "r1", "and may come again, as itself");
  assert.deepEqual(await allRegistrations(store), [{ ...school, name: "New", deployments: ["3"] }]);
});

const login = { stateHash: "s", nonce: "n", registration: "r1", browserHash: "b", initiation: { iss: "x" }, expiresAt: NOON };

test("a login is found and used once, and not when its time is over", async () => {
  await insertLogin(store, login, BEFORE);
  assert.deepEqual(await findLogin(store, "s", BEFORE), login);
  assert.equal(await findLogin(store, "s", NOON), undefined);
  assert.equal(await takeLogin(store, "s", NOON), false);
  assert.equal(await takeLogin(store, "t", BEFORE), false);
  assert.equal(await takeLogin(store, "s", BEFORE), true);
  assert.equal(await takeLogin(store, "s", BEFORE), false);
  assert.equal(await findLogin(store, "s", BEFORE), undefined);
  await assert.rejects(insertLogin(store, { ...login, stateHash: "t" }, BEFORE), /UNIQUE/, "a nonce is never used twice");
  await insertLogin(store, { ...login, stateHash: "t", nonce: "m", expiresAt: "2026-11-27T13:00:00.000Z" }, "2026-11-27T12:00:00.001Z");
  assert.equal((await store.db.selectFrom("lti_logins").select("nonce").execute()).length, 1, "what is over is forgotten");
});

test("a choice of exercises is answered once, and in time", async () => {
  const link = { hash: "h", registration: "r1", request: { data: "x" }, expiresAt: NOON };
  await insertDeepLink(store, link, BEFORE);
  assert.equal(await takeDeepLink(store, "h", NOON), undefined);
  assert.deepEqual(await takeDeepLink(store, "h", BEFORE), link);
  assert.equal(await takeDeepLink(store, "h", BEFORE), undefined);
});

test("a platform's user is one learner, and stays it", async () => {
  for (const learner of ["ada", "account"]) await rememberLearner(store, learner, BEFORE);
  const user = { registration: "r1", subject: "7", learner: "ada" };
  assert.equal(await addLtiUser(store, user, BEFORE), "ada");
  assert.equal(await addLtiUser(store, { ...user, learner: "account" }, NOON), "ada");
  assert.equal(await learnerOfLtiUser(store, "r1", "7"), "ada");
  assert.equal(await learnerOfLtiUser(store, "r1", "8"), undefined);
  await assert.rejects(addLtiUser(store, { ...user, subject: "9", learner: "nobody" }, NOON), /FOREIGN KEY/);
});
