import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { silentLog } from "../log.ts";
import { openStore, type Store } from "../store/database.ts";
import { addPerson } from "../store/people.ts";
import { Sessions } from "./sessions.ts";

const DAY_MS = 24 * 3_600_000;
let stateDir: string;
let store: Store;
let now: number;
let sessions: Sessions;
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-sessions-"));
  store = await openStore({ stateDir, log: silentLog });
  now = Date.parse("2026-11-27T12:00:00Z");
  sessions = new Sessions(store, () => now);
  for (const id of ["ada", "bob"]) await addPerson(store, { id, learner: `l-${id}`, name: id, role: "learner", at: new Date(now).toISOString() });
});
afterEach(async () => {
  await store.close();
  rmSync(stateDir, { recursive: true });
});

test("a session is kept by the hash of its secret, and is over after a week without use", async () => {
  const { secret } = await sessions.begin("ada", "Browser\r\n\u0007");
  assert.ok(!JSON.stringify(await store.db.selectFrom("sessions").selectAll().execute()).includes(secret));
  assert.equal((await sessions.find(secret))?.browser, "Browser");
  now += 6 * DAY_MS;
  assert.equal((await sessions.find(secret))?.person.id, "ada");
  now += 6 * DAY_MS;
  assert.equal((await sessions.find(secret))?.person.id, "ada", "its last use is what counts");
  now += 7 * DAY_MS + 1;
  assert.equal(await sessions.find(secret), undefined);
  assert.deepEqual(await store.db.selectFrom("sessions").select("id").execute(), [], "and it is gone");
});

test("a session is over after thirty days, however much it is used", async () => {
  const { secret } = await sessions.begin("ada", "");
  for (let day = 0; day < 30; day += 1) {
    now += DAY_MS;
    assert.ok(await sessions.find(secret), `day ${day}`);
  }
  now += 1;
  assert.equal(await sessions.find(secret), undefined);
});

test("what nobody comes back to is cleared away by whoever comes", async () => {
  await sessions.begin("bob", "");
  now += 8 * DAY_MS;
  const { secret } = await sessions.begin("ada", "");
  await sessions.find(secret);
  assert.deepEqual(
    (await store.db.selectFrom("sessions").select("person").execute()).map(({ person }) => person),
    ["ada"],
  );
});

test("what is open in a session hears of its end, once, and of no other's", async () => {
  const [here, there, other] = [await sessions.begin("ada", ""), await sessions.begin("ada", ""), await sessions.begin("bob", "")];
  const heard: string[] = [];
  sessions.onEnd(here.id, () => heard.push("here"));
  const forget = sessions.onEnd(there.id, () => heard.push("forgotten"));
  sessions.onEnd(there.id, () => heard.push("there"));
  sessions.onEnd(other.id, () => heard.push("other"));
  forget();
  await sessions.end("bob", here.id);
  assert.deepEqual(heard, [], "nobody ends somebody else's session");
  await sessions.endAll("ada", here.id);
  assert.deepEqual(heard, ["there"]);
  await sessions.endAll("ada");
  await sessions.endAll("ada");
  assert.deepEqual(heard, ["there", "here"]);
  assert.ok(await sessions.find(other.secret));
});
