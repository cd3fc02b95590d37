import assert from "node:assert/strict";
import { test } from "node:test";
import type { WrittenFile } from "../../lab-server/contract/files.ts";
import { createDrafts } from "./editor-drafts.ts";
import { openTarget, targetKey, targetTitle } from "./editor-target.ts";
import { createFilesClient, type FilesClient, type Sending } from "./files-client.ts";
import { LabRefused } from "./lab-client.ts";
import { createUploads, MOST_UPLOADS } from "./uploads.ts";

/** Uploads that a test lets arrive or fail. */
function upload() {
  const sent: { path: string; version: string; progress: (bytes: number) => void; arrive: () => void; fail: (why: unknown) => void }[] = [];
  const client: Pick<FilesClient, "upload"> = {
    upload(path, version, _content, progress): Sending {
      const { promise, resolve, reject } = Promise.withResolvers<WrittenFile>();
      sent.push({ path, version, progress, arrive: () => resolve({ path, bytes: 1, version: "" }), fail: reject });
      return { done: promise, cancel: () => reject(new DOMException("", "AbortError")) };
    },
  };
  return { sent, uploads: createUploads(client) };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
const file = (name: string, bytes = 3): File => ({ name, size: bytes }) as File;

test("files go one after another, and whoever shows a folder hears of each", async () => {
  const { sent, uploads } = upload();
  const arrived: string[] = [];
  uploads.onArrived((folder) => arrived.push(folder));
  uploads.add("/root", [file("a"), file("b")]);
  uploads.add("/", [file("c")]);
  assert.deepEqual(
    sent.map(({ path, version }) => [path, version]),
    [["/root/a", "new"]],
  );
  sent[0]?.progress(2);
  assert.equal(uploads.get()[0]?.sent, 2);
  sent[0]?.arrive();
  await settled();
  sent[1]?.arrive();
  await settled();
  assert.equal(sent[2]?.path, "/c");
  uploads.cancel(3);
  await settled();
  assert.deepEqual(
    uploads.get().map(({ state }) => state),
    ["done", "done", "cancelled"],
  );
  assert.deepEqual(arrived, ["/root", "/root"]);
  uploads.clear();
  assert.deepEqual(uploads.get(), []);
});

test("a file that is there already is replaced only when the learner says so, and the others do not wait for the answer", async () => {
  const { sent, uploads } = upload();
  uploads.add("/root", [file("a"), file("b")]);
  sent[0]?.fail(new LabRefused({ code: "file_exists", params: { path: "/root/a" } }));
  await settled();
  assert.equal(uploads.get()[0]?.state, "asking");
  assert.equal(sent[1]?.path, "/root/b");
  uploads.answer(1, true);
  sent[1]?.fail(new LabRefused({ code: "host_disk_full" }));
  await settled();
  assert.deepEqual([sent[2]?.path, sent[2]?.version], ["/root/a", "any"]);
  assert.deepEqual([uploads.get()[1]?.state, uploads.get()[1]?.problem?.code], ["failed", "host_disk_full"]);
});

test("what is too large is not sent, and too many are not taken", () => {
  const { sent, uploads } = upload();
  uploads.add("/root", [file("large", 33 * 1024 * 1024)]);
  assert.deepEqual([uploads.get()[0]?.state, uploads.get()[0]?.problem?.code, sent.length], ["failed", "too_large", 0]);
  uploads.add(
    "/root",
    Array.from({ length: 200 }, (_, index) => file(String(index))),
  );
  assert.equal(uploads.get().length, 1 + MOST_UPLOADS);
});

test("drafts are kept, bounded, and survive what is not theirs in the storage", () => {
  const memory = new Map<string, string>();
  const storage = { getItem: (key: string) => memory.get(key) ?? null, setItem: (key: string, value: string) => void memory.set(key, value) };
  const drafts = createDrafts("s", storage);
  assert.ok(drafts.set("a", { text: "one", version: "v" }));
  assert.deepEqual(createDrafts("s", storage).get("a"), { text: "one", version: "v" });
  assert.equal(createDrafts("other", storage).get("a"), undefined);
  assert.equal(drafts.set("a", { text: "x".repeat(300_001), version: "v" }), false);
  assert.equal(drafts.get("a"), undefined, "an old text is worse than none");
  for (let number = 0; number < 20; number += 1) drafts.set(`t${number}`, { text: "x", version: "v" });
  assert.equal(drafts.get("t11"), undefined);
  assert.ok(drafts.get("t19"));
  drafts.remove("t19");
  assert.equal(drafts.get("t19"), undefined);
  for (const odd of ["{", "[1,[2]]", '[["a",{"text":1}]]', "null"]) {
    memory.set("ringside:drafts:s", odd);
    assert.equal(drafts.get("a"), undefined, odd);
  }
  const full = createDrafts("s", {
    getItem: () => null,
    setItem: () => {
      throw new Error("full");
    },
  });
  assert.equal(full.set("a", { text: "x", version: "v" }), false);
});

test("addresses hold any name, a file that is not there is a new one, and a refusal is the lab's", async () => {
  const asked: string[] = [];
  const client = createFilesClient("s/1", async (input) => {
    asked.push(String(input));
    return new Response(JSON.stringify({ code: "no_such_file", params: { path: "/x" } }), { status: 404 });
  });
  assert.equal(client.downloadUrl("/a b&c?d#e\n"), "/api/v1/seats/s%2F1/files/raw?path=%2Fa+b%26c%3Fd%23e%0A");
  assert.deepEqual(await openTarget(client, { kind: "file", path: "/x" }), { text: "", version: "new" });
  await assert.rejects(openTarget(client, { kind: "guest", name: "x" }), LabRefused);
  assert.equal(asked[1], "/api/v1/seats/s%2F1/definitions/guest?name=x");
  assert.notEqual(targetKey({ kind: "file", path: "guest:x" }), targetKey({ kind: "guest", name: "x" }));
  assert.equal(targetTitle({ kind: "file", path: "/etc/libvirt/qemu.conf" }), "qemu.conf");
});
