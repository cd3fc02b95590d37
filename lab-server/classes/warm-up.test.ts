import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { fakeCatalogue } from "../fake-rooms.ts";
import { silentLog } from "../log.ts";
import { addClass, addMember } from "../store/classes.ts";
import { openStore, type Store } from "../store/database.ts";
import { addPerson } from "../store/people.ts";
import { WarmUp } from "./warm-up.ts";

const MINUTE = 60_000;
const start = Date.parse("2026-11-27T10:00:00.000Z");
const folder = mkdtempSync(join(tmpdir(), "ringside-warm-up-"));
let store: Store | undefined;
afterEach(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("hosts are made from ten minutes before a class until it has begun, for those who will come", async () => {
  store = await openStore({ stateDir: folder, log: silentLog });
  const at = new Date(start).toISOString();
  await addPerson(store, { id: "grace", learner: "l0", name: "Grace", role: "instructor", at });
  const exercises = [{ exercise: "hot-add", points: 100, latePercent: 50 }];
  const wish = { name: "KVM", exercises, seats: 30, hosts: 20, codeOn: true, opensAt: new Date(start + 60 * MINUTE).toISOString() };
  await addClass(store, { id: "kvm", owner: "grace", code: "ABCDEFGH", at, wish });
  let now = start;
  const wanted = new Set<string>();
  const expect = (templates: ReadonlyMap<string, number>) => {
    const text = JSON.stringify([...templates]);
    wanted.add(text);
    return () => wanted.delete(text);
  };
  const warmUp = new WarmUp({ store, catalogue: fakeCatalogue(), expect, now: () => now, log: silentLog });
  await warmUp.look();
  assert.deepEqual([...wanted], [], "an hour before there is time");
  now = start + 51 * MINUTE;
  await warmUp.look();
  assert.deepEqual([...wanted], ['[["running",20]]'], "as many as may run, while nobody has joined");
  await addMember(store, { class: "kvm", learner: "l1", name: "Anna", joinedAt: at }, 30);
  await warmUp.look();
  assert.deepEqual([...wanted], ['[["running",1]]']);
  now = start + 76 * MINUTE;
  await warmUp.look();
  assert.deepEqual([...wanted], []);
});
