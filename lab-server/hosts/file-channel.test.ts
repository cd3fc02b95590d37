import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { SFTPWrapper } from "ssh2";
import { openFileChannel, shownPath } from "./file-channel.ts";

/** A file server that does what no honest one does. */
class OddServer extends EventEmitter {
  ended = false;
  readonly #stat: (done: (error: Error | undefined, stat?: object) => void) => void;

  constructor(stat: (done: (error: Error | undefined, stat?: object) => void) => void) {
    super();
    this.#stat = stat;
  }
  stat(_path: string, done: (error: Error | undefined, stat?: object) => void): void {
    this.#stat(done);
  }
  end(): void {
    this.ended = true;
  }
}

test("a file server that does not answer is given up, and asked nothing more", async () => {
  const silent = new OddServer(() => {});
  const channel = openFileChannel(silent as unknown as SFTPWrapper, 20);
  await assert.rejects(channel.stat("/x"), { code: "host_not_ready" });
  assert.ok(silent.ended);
  assert.ok(channel.closed);
  await assert.rejects(channel.stat("/x"), { code: "host_not_ready" });
});

test("facts that are not there, or are no numbers, are not believed", async () => {
  for (const stat of [
    { mode: 0o100644 },
    { mode: 0o100644, size: undefined, uid: 0, gid: 0, mtime: 0 },
    { mode: 0o100644, size: 1e300, uid: 0, gid: 0, mtime: 0 },
  ]) {
    const channel = openFileChannel(new OddServer((done) => done(undefined, stat)) as unknown as SFTPWrapper);
    await assert.rejects(channel.stat("/x"), { code: "file_refused" });
  }
});

test("SFTP's words become ours, and a path becomes a part of a sentence", async () => {
  const coded = (code: number): Error => Object.assign(new Error("no"), { code });
  for (const [code, ours] of [
    [2, "no_such_file"],
    [3, "no_permission"],
    [4, "file_refused"],
  ] as const) {
    const channel = openFileChannel(new OddServer((done) => done(coded(code))) as unknown as SFTPWrapper);
    await assert.rejects(channel.stat("/a\nb"), { code: ours, params: { path: "/a\u{fffd}b" } });
  }
  assert.equal(shownPath("/short"), "/short");
  assert.equal(shownPath(`/${"long".repeat(100)}`).length, 120);
});
