import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startSshd, type TestSshd } from "../../tests/support/sshd.ts";
import { MOST_ENTRIES, MOST_UPLOAD_BYTES } from "../contract/files.ts";
import type { FileChannel } from "../hosts/file-channel.ts";
import type { SshConnection } from "../hosts/ssh.ts";
import { HostFiles, versionOf } from "./host-files.ts";
import { Slots } from "./slots.ts";

/*
 * A real sshd of this machine stands for the host: to SFTP there is no difference.
 */

let sshd: TestSshd;
let ssh: SshConnection;
let folder: string;
let watchers = 0;
const channels: FileChannel[] = [];

const hostFiles = (): HostFiles =>
  new HostFiles({
    watch: () => {
      watchers += 1;
      return () => {
        watchers -= 1;
      };
    },
    thaw: async () => {},
    openFiles: async () => {
      const channel = await ssh.openFiles();
      channels.push(channel);
      return channel;
    },
  });
let files: HostFiles;

before(async () => {
  sshd = await startSshd(["Subsystem sftp internal-sftp"]);
  ssh = await sshd.connect();
  folder = mkdtempSync(join(tmpdir(), "ringside-files-"));
  files = hostFiles();
});
after(async () => {
  for (const channel of channels) channel.close();
  ssh.close();
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function* body(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}
const at = (name: string): string => join(folder, name);
const left = (): string[] => readdirSync(folder).filter((name) => name.startsWith(".ringside-"));
async function whole(path: string): Promise<Buffer> {
  const { stream } = await files.download(path);
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

test("a file comes back as it was written, whatever its name and its bytes", async () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 256));
  for (const name of ["plain.bin", 'quote"s and\nlines', "虚拟机 ✓.xml", "-rf", "%2e%2e", "a'b;c`d`$(e)"]) {
    const written = await files.write(at(name), "new", body(bytes.subarray(0, 1), bytes.subarray(1)));
    assert.equal(written.bytes, bytes.length);
    assert.deepEqual(readFileSync(at(name)), bytes, name);
    assert.deepEqual(await whole(at(name)), bytes, name);
  }
  assert.deepEqual(left(), []);
});

test("owner and mode stay, a link goes on leading to the file, and a new file is 0644", async () => {
  writeFileSync(at("owned"), "before");
  chmodSync(at("owned"), 0o4750);
  if (process.getuid?.() === 0) chownSync(at("owned"), 1234, 2345);
  chmodSync(at("owned"), 0o4750);
  symlinkSync("owned", at("link"));
  const { uid, gid, mode, ino } = statSync(at("owned"));
  const { text, version, path } = await files.readText(at("link"));
  assert.deepEqual([text, path], ["before", at("owned")]);
  await files.write(at("link"), version, body("after"));
  const now = statSync(at("owned"));
  assert.deepEqual([now.uid, now.gid, now.mode], [uid, gid, mode]);
  assert.notEqual(now.ino, ino, "it was replaced, and not written over");
  assert.equal(readFileSync(at("link"), "utf8"), "after");
  assert.ok((await files.list(folder)).entries.find(({ name }) => name === "link")?.link);
  await files.write(at("fresh"), "new", body("x"));
  assert.equal(statSync(at("fresh")).mode & 0o7777, 0o644);
});

test("what changed meanwhile is not written over, and neither is what is there already", async () => {
  const first = await files.write(at("shared"), "new", body("one"));
  assert.equal(first.version, versionOf("one"));
  assert.equal((await files.readText(at("shared"))).version, first.version);
  await assert.rejects(files.write(at("shared"), "new", body("two")), { code: "file_exists" });
  writeFileSync(at("shared"), "theirs");
  await assert.rejects(files.write(at("shared"), first.version, body("two")), { code: "file_changed" });
  assert.equal(readFileSync(at("shared"), "utf8"), "theirs");
  await files.write(at("shared"), "any", body("two"));
  assert.equal(readFileSync(at("shared"), "utf8"), "two");
  rmSync(at("shared"));
  await assert.rejects(files.write(at("shared"), first.version, body("three")), { code: "file_changed" });
  // It changes while the content is on its way.
  writeFileSync(at("shared"), "one");
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("mine");
    writeFileSync(at("shared"), "changed under way");
  }
  await assert.rejects(files.write(at("shared"), first.version, slow()), { code: "file_changed" });
  assert.equal(readFileSync(at("shared"), "utf8"), "changed under way");
  assert.deepEqual(left(), []);
});

test("what breaks off or is too large leaves everything as it was", async () => {
  writeFileSync(at("kept"), "kept");
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(200_000);
    throw new Error("the browser went away");
  }
  await assert.rejects(files.write(at("kept"), "any", broken()));
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(1024 * 1024);
  }
  await assert.rejects(files.write(at("kept"), "any", endless()), { code: "too_large", params: { limit: `${MOST_UPLOAD_BYTES / 1024 / 1024} MiB` } });
  assert.equal(readFileSync(at("kept"), "utf8"), "kept");
  assert.deepEqual(left(), []);
});

test("pipes, devices, folders and what is not text are named, and nothing hangs", async () => {
  execFileSync("mkfifo", [at("pipe")]);
  mkdirSync(at("folder"));
  writeFileSync(at("binary"), Buffer.from([0x7f, 0x45, 0, 1]));
  writeFileSync(at("latin1"), Buffer.from([0x63, 0xe9]));
  symlinkSync("nowhere", at("dangling"));
  const began = performance.now();
  await assert.rejects(files.readText(at("pipe")), { code: "special_file" });
  await assert.rejects(files.readText("/dev/zero"), { code: "special_file" });
  await assert.rejects(files.download("/dev/zero"), { code: "special_file" });
  await assert.rejects(files.write(at("pipe"), "any", body("x")), { code: "special_file" });
  await assert.rejects(files.readText(at("folder")), { code: "is_folder" });
  await assert.rejects(files.write(at("folder"), "any", body("x")), { code: "is_folder" });
  await assert.rejects(files.write("/", "any", body("x")), { code: "is_folder" });
  await assert.rejects(files.list(at("binary")), { code: "is_file" });
  await assert.rejects(files.readText(at("absent")), { code: "no_such_file", params: { path: at("absent") } });
  await assert.rejects(files.readText(at("dangling")), { code: "no_such_file" });
  await assert.rejects(files.write(at("dangling"), "new", body("x")), { code: "special_file" });
  await assert.rejects(files.write(at("absent/x"), "new", body("x")), { code: "no_such_file" });
  for (const name of ["binary", "latin1"]) await assert.rejects(files.readText(at(name)), { code: "not_text" });
  assert.ok(performance.now() - began < 5_000);
  const kinds = Object.fromEntries((await files.list(folder)).entries.map(({ name, kind }) => [name, kind]));
  assert.deepEqual([kinds["pipe"], kinds["folder"], kinds["binary"], kinds["dangling"]], ["special", "folder", "file", "special"]);
});

test("what the kernel makes up is read to its end, and a large file is refused by its size", async () => {
  assert.match((await files.readText("/proc/self/status")).text, /^Name:/);
  assert.match((await whole("/proc/cpuinfo")).toString(), /processor/);
  execFileSync("truncate", ["-s", "70M", at("sparse")]);
  await assert.rejects(files.download(at("sparse")), { code: "too_large", params: { limit: "64 MiB" } });
  await assert.rejects(files.readText(at("sparse")), { code: "too_large", params: { limit: "1 MiB" } });
});

test("a long folder is told in part, folders first, with the names as they are", async () => {
  mkdirSync(at("many"));
  for (let number = 0; number < MOST_ENTRIES + 5; number += 1) writeFileSync(at(`many/${number}`), "");
  const { entries, more } = await files.list(`${folder}/folder/../many`);
  assert.equal(entries.length, MOST_ENTRIES);
  assert.ok(more);
  mkdirSync(at("few"));
  writeFileSync(Buffer.from(`${folder}/few/\xe9`, "latin1"), "");
  mkdirSync(at("few/z"));
  writeFileSync(at("few/a\nb"), "12345");
  const few = await files.list(at("few"));
  assert.deepEqual(
    few.entries.map(({ name, kind, bytes }) => [name, kind, kind === "file" ? bytes : 0]),
    [
      ["z", "folder", 0],
      ["a\nb", "file", 5],
      ["\u{fffd}", "special", 0],
    ],
  );
  assert.equal(few.path, at("few"));
});

test("one channel serves all, a host is kept awake only meanwhile, and a channel that died is replaced", async () => {
  const own = hostFiles();
  const before = channels.length;
  await Promise.all(Array.from({ length: 6 }, () => own.list(folder)));
  assert.ok(channels.length - before <= 2);
  assert.equal(watchers, 0);
  const download = await own.download(at("plain.bin"));
  assert.equal(watchers, 1);
  download.stream.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(watchers, 0, "a download that nobody reads gives its place back");
  channels.at(-1)?.close();
  assert.ok((await own.list(folder)).entries.length > 0);
});

test("more than a few at once wait, and more than many are refused", async () => {
  const slots = new Slots(1, 1);
  const give = await slots.take();
  const second = slots.take();
  await assert.rejects(slots.take(), { code: "busy", params: { operation: "files" } });
  give();
  give();
  const giveSecond = await second;
  const third = slots.take();
  giveSecond();
  (await third)();
  (await slots.take())();
});
