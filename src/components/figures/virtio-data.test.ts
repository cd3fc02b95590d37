import assert from "node:assert/strict";
import { test } from "node:test";
import { complete } from "./complete.ts";
import { DEVICES, IO_EVENTS, ioTally, VIRTIO_WORDS } from "./virtio-data.ts";

test("both languages are complete", () => {
  complete([IO_EVENTS, VIRTIO_WORDS, VIRTIO_WORDS.soFar(1, 0)]);
});

test("seven exits for AHCI, one for virtio, and only AHCI waits for QEMU", () => {
  assert.deepEqual(ioTally("ahci"), { exits: 7, waits: 7 });
  assert.deepEqual(ioTally("virtio"), { exits: 1, waits: 0 });
  assert.deepEqual(ioTally("vhost"), { exits: 1, waits: 0 });
  assert.deepEqual(ioTally("ahci", 1), { exits: 0, waits: 0 });
});

test("with vhost QEMU is not on the path", () => {
  assert.ok(!IO_EVENTS.vhost.some((event) => event.actor === "qemu"));
});

test("a request begins and ends in the guest, and only the guest causes exits", () => {
  for (const device of DEVICES) {
    const events = IO_EVENTS[device];
    assert.deepEqual([events.at(0)?.actor, events.at(-1)?.actor], ["guest", "guest"]);
    assert.ok(events.every((event) => event.exit === undefined || event.actor === "guest"));
  }
});
