import assert from "node:assert/strict";
import { test } from "node:test";
import { inGuestMode } from "./guest-mode.ts";

/** A state with one section of a vCPU, as QEMU writes it. */
function stateWith(hflags: number): Buffer {
  const section = Buffer.alloc(1 + 4 + 4 + 4 + 4 + 18 * 8 + 4 + 100);
  section[0] = 4;
  section.write("\x03cpu", 5, "latin1");
  section.writeUInt32BE(12, 13);
  section.writeUInt32BE(hflags, 17 + 18 * 8);
  return Buffer.concat([Buffer.from("QEVM\0\0\0\x03"), Buffer.from("\x03cpu_common elsewhere"), section]);
}

test("a vCPU that runs a nested guest is told from one that does not", () => {
  assert.equal(inGuestMode(stateWith(0x0028c0b3)), true);
  assert.equal(inGuestMode(stateWith(0x0008c0b3)), false);
});

test("a state without a vCPU is no state", () => {
  assert.throws(() => inGuestMode(Buffer.from("QEVM\0\0\0\x03 and nothing")), /holds no vCPU/);
});
