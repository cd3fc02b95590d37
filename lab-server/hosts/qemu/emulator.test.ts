import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openEmulator } from "./emulator.ts";

const cache = mkdtempSync(join(tmpdir(), "ringside-emulator-"));
after(() => rmSync(cache, { recursive: true }));

/** An emulator that says of itself what it is told to. */
function made(name: string, says: string): void {
  const folder = join(cache, "emulator", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "qemu-system-x86_64"), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
  rmSync(join(cache, "emulator/current"), { force: true });
  symlinkSync(name, join(cache, "emulator/current"));
}

test("without an emulator the error says what makes one", () => {
  assert.throws(() => openEmulator(cache), { code: "host_failed", message: /emulator\/current.*lab-host\/build\.sh makes it/ });
});

test("what does not say which QEMU it is, is none", () => {
  made("odd", "hello");
  assert.throws(() => openEmulator(cache), { code: "host_failed" });
});

test("a newer emulator takes the link's place, and the paths of the older one stay valid", () => {
  made("first", "QEMU emulator version 10.0.2 (Debian 1:10.0.2)");
  const first = openEmulator(cache);
  made("second", "QEMU emulator version 10.0.13 (Debian 1:10.0.13)");
  const second = openEmulator(cache);
  assert.deepEqual([first.version, second.version], ["10.0.2", "10.0.13"]);
  assert.equal(first.system, join(cache, "emulator/first/qemu-system-x86_64"));
  assert.equal(second.image, join(cache, "emulator/second/qemu-img"));
});
