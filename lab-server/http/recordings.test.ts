import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ASCIICAST_TYPE } from "../contract/media-types.ts";
import { MOST_RECORDINGS, type RecordingList, type RecordingView, type SeatRecordings } from "../contract/recording.ts";
import { type FakeBrowser, type FakeServerOptions, fakeServer, passedVerdict } from "../fake-rooms.ts";
import { silentLog } from "../log.ts";
import { Recordings } from "../recordings/recordings.ts";
import { readCast } from "../recordings/testing.ts";

async function begin(context: { after(fn: () => Promise<void>): void }, options: FakeServerOptions = {}) {
  const server = await fakeServer(options);
  context.after(server.close);
  const ada = await server.browser().open();
  const seat = await ada.startReady();
  const shell = server.backend.hosts[0]?.shells[0];
  assert.ok(shell !== undefined);
  const url = `/api/v1/seats/${seat.id}/terminals/1/recording`;
  return { ...server, ada, seat, shell, url };
}
/** The id that the browser's cookie carries, signed. */
const learnerOf = (browser: FakeBrowser): string => /=([0-9a-f]{32})\./.exec(decodeURIComponent(browser.cookie ?? ""))?.[1] ?? "";
const list = async (browser: FakeBrowser): Promise<RecordingView[]> => (await browser.send("GET", "/api/v1/recordings")).json<RecordingList>().recordings;

test("a terminal is recorded from the learner's word to the learner's word; the recording is listed, fetched, removed", async (context) => {
  const { ada, seat, shell, url, stateDir } = await begin(context);
  assert.deepEqual(await list(ada), [], "nothing is recorded unasked");
  const started = await ada.send("POST", url, {});
  assert.equal(started.statusCode, 201);
  const again = await ada.send("POST", url, {});
  assert.equal(again.json<RecordingView>().id, started.json<RecordingView>().id, "asked twice, recorded once");
  shell.say("hello 机器");
  const stopped = await ada.send("DELETE", url);
  assert.equal(stopped.json<RecordingView>().ended, "learner");
  shell.say("afterwards");
  const [kept] = await list(ada);
  assert.deepEqual([kept?.exercise, kept?.terminal, kept?.ended], ["hot-add", 1, "learner"]);

  const fetched = await ada.send("GET", `/api/v1/recordings/${kept?.id}`);
  assert.equal(fetched.headers["content-type"], ASCIICAST_TYPE);
  assert.match(String(fetched.headers["content-disposition"]), /^attachment; filename="hot-add-[\dT-]+-1\.cast"$/);
  assert.equal(fetched.rawPayload.length, kept?.bytes);
  assert.equal(readCast(fetched.body).events.at(-1)?.[2], "hello 机器");
  assert.equal(statSync(join(stateDir, "recordings", `${kept?.id}.cast`)).mode & 0o777, 0o600);
  assert.equal(statSync(join(stateDir, "recordings")).mode & 0o777, 0o700);

  await ada.send("DELETE", `/api/v1/seats/${seat.id}`);
  assert.equal((await list(ada)).length, 1, "it outlives the seat");
  assert.equal((await ada.send("DELETE", `/api/v1/recordings/${kept?.id}`)).statusCode, 204);
  assert.deepEqual(await list(ada), []);
  assert.deepEqual(readdirSync(join(stateDir, "recordings")), []);
  assert.equal((await ada.send("GET", `/api/v1/recordings/${kept?.id}`)).statusCode, 404);
});

test("another learner's recordings can be neither made nor seen nor touched", async (context) => {
  const { ada, url, browser } = await begin(context);
  const { id } = (await ada.send("POST", url, {})).json<RecordingView>();
  const eve = await browser().open();
  for (const method of ["POST", "DELETE"] as const) {
    const refused = await eve.send(method, url, method === "POST" ? {} : undefined);
    assert.deepEqual([refused.statusCode, refused.json().code], [403, "not_yours"], method);
  }
  for (const method of ["GET", "DELETE"] as const) {
    const refused = await eve.send(method, `/api/v1/recordings/${id}`);
    assert.deepEqual([refused.statusCode, refused.json().code], [404, "not_found"], method);
  }
  assert.deepEqual(await list(eve), []);
  assert.equal((await list(ada))[0]?.ended, undefined, "it runs on");
  for (const wrong of ["..%2f..%2fringside.db", "%00", "x"]) assert.equal((await ada.send("GET", `/api/v1/recordings/${wrong}`)).statusCode, 404, wrong);
});

test("what cannot be recorded is refused", async (context) => {
  const { ada, seat, url } = await begin(context);
  const refused = async (path: string, body: object, status: number, code: string): Promise<void> => {
    const response = await ada.send("POST", path, body);
    assert.deepEqual([response.statusCode, response.json().code], [status, code], path);
  };
  await refused(`/api/v1/seats/${seat.id}/terminals/2/recording`, {}, 404, "not_found");
  await refused(`/api/v1/seats/${seat.id}/terminals/10/recording`, {}, 404, "not_found");
  await refused(url, { locale: "tlh" }, 400, "bad_request");
  assert.equal((await ada.send("DELETE", url)).statusCode, 404);
});

test("a learner keeps so many and no more", async (context) => {
  const { ada, url } = await begin(context);
  for (let count = 0; count < MOST_RECORDINGS; count += 1) {
    assert.equal((await ada.send("POST", url, {})).statusCode, 201);
    await ada.send("DELETE", url);
  }
  const full = await ada.send("POST", url, {});
  assert.deepEqual([full.statusCode, full.json().code, full.json().params], [409, "recordings_full", { limit: MOST_RECORDINGS }]);
  await ada.send("DELETE", `/api/v1/recordings/${(await list(ada))[0]?.id}`);
  assert.equal((await ada.send("POST", url, {})).statusCode, 201);
});

test("whoever looks at the seat is told when it begins, and why it ended; tasks that are done are marked", async (context) => {
  const { ada, seat, shell, url, seats } = await begin(context, { recordings: { maxBytes: 6_000 } });
  const told: SeatRecordings[] = [];
  const mine = await seats.find(learnerOf(ada), seat.id);
  mine.subscribe((event) => event.type === "recordings" && told.push(event.recordings));
  await ada.send("POST", url, { locale: "zh-cn" });
  for (const attempts of [1, 2]) mine.publish({ type: "verdict", verdict: { ...passedVerdict, tasks: [...passedVerdict.tasks], attempts }, asked: false });
  for (let round = 0; round < 20; round += 1) shell.say("y".repeat(500));
  while (told.length < 2) await delay(5);
  assert.deepEqual([told[0]?.running.length, told[0]?.last], [1, null]);
  assert.deepEqual([told[1]?.running.length, told[1]?.last?.ended], [0, "size"]);
  const cast = (await ada.send("GET", `/api/v1/recordings/${told[1]?.last?.id}`)).body;
  const labels = readCast(cast).events.flatMap(([, code, data]) => (code === "m" ? [data] : []));
  assert.deepEqual(labels, ["✓ 文字"], "once");
});

test("a reset ends it, and so does the limit of the lab's disk, which also refuses the next", async (context) => {
  const { ada, seat, shell, url, backend } = await begin(context, { recordings: { maxTotalBytes: 2_000 } });
  const end = async (): Promise<RecordingView> => {
    for (;;) {
      const [newest] = await list(ada);
      if (newest?.ended !== undefined) return newest;
      await delay(5);
    }
  };
  await ada.send("POST", url, {});
  shell.say("before");
  await ada.send("POST", `/api/v1/seats/${seat.id}/reset`, {});
  assert.equal((await end()).ended, "host");
  await ada.startReady();
  await ada.send("POST", url, {});
  for (let round = 0; round < 40; round += 1) backend.hosts[1]?.shells[0]?.say("y".repeat(50));
  const full = await end();
  assert.equal(full.ended, "room");
  readCast((await ada.send("GET", `/api/v1/recordings/${full.id}`)).body);
  const refused = await ada.send("POST", url, {});
  assert.deepEqual([refused.statusCode, refused.json().code], [507, "no_disk"]);
  assert.equal((await list(ada)).length, 2, "nothing is left of it");
});

test("a server that was killed leaves whole recordings, and what has no owner is removed", async (context) => {
  const { ada, shell, url, stateDir, store } = await begin(context);
  const { id } = (await ada.send("POST", url, {})).json<RecordingView>();
  shell.say("kept");
  const path = join(stateDir, "recordings", `${id}.cast`);
  while (!readFileSync(path, "utf8").includes("kept")) await delay(5);
  const whole = readFileSync(path, "utf8");
  appendFileSync(path, '[0.5,"o","torn');
  writeFileSync(join(stateDir, "recordings", "stray.cast"), "stray");
  const next = await Recordings.open({ store, stateDir, log: silentLog, keptDays: 90, maxTotalBytes: 1024 * 1024 });
  const { recordings } = await next.list(learnerOf(ada));
  assert.deepEqual([recordings[0]?.ended, recordings[0]?.bytes], ["server", whole.length]);
  assert.equal(readFileSync(path, "utf8"), whole);
  assert.deepEqual(readdirSync(join(stateDir, "recordings")), [`${id}.cast`]);
  await next.close();

  await store.db.updateTable("recordings").set({ at: "2020-01-01T00:00:00.000Z" }).execute();
  const later = await Recordings.open({ store, stateDir, log: silentLog, keptDays: 90, maxTotalBytes: 1024 * 1024 });
  assert.deepEqual(readdirSync(join(stateDir, "recordings")), [], "kept for long enough");
  await later.close();
});
