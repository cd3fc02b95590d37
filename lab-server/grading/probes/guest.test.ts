import assert from "node:assert/strict";
import { test } from "node:test";
import { FactUnknown, ifKnown } from "../fact.ts";
import { guest, guestRun, readGuestFacts } from "./guest.ts";

const ALL = {
  state: "running",
  liveVcpus: 4,
  maximumVcpus: 4,
  configVcpus: 1,
  qemuVcpus: 4,
  guestOnlineCpus: 3,
  bootId: "0b2f7c0e-3f0c-4a0e-9a9e-0d8f3f1f2a11",
  qemuProcess: { pid: 812, startTicks: 4471 },
  balloonBytes: 1024 * 1024 * 1024,
  libvirtKiB: 1048576,
  maximumKiB: 1048576,
  configKiB: 524288,
  guestTotalKiB: 966656,
};

const read = (facts: object, silent: object = {}) => readGuestFacts("smartgo_01", JSON.stringify({ facts, silent }));

test("every witness's unit becomes MiB, once", () => {
  const facts = read(ALL);
  assert.deepEqual(
    { ...facts },
    {
      name: "smartgo_01",
      state: "running",
      liveVcpus: 4,
      maximumVcpus: 4,
      configVcpus: 1,
      qemuVcpus: 4,
      guestOnlineCpus: 3,
      bootId: ALL.bootId,
      qemuProcess: ALL.qemuProcess,
      balloonMiB: 1024,
      libvirtMiB: 1024,
      maximumMiB: 1024,
      configMiB: 512,
      guestTotalMiB: 944,
    },
  );
});

test("a silent witness leaves only its own facts unknown, with its own sentence", () => {
  const { guestOnlineCpus: _, bootId: __, guestTotalKiB: ___, ...rest } = ALL;
  const facts = read(rest, { agent: "QEMU guest agent is not connected" });
  assert.equal(facts.qemuVcpus, 4);
  assert.throws(
    () => facts.guestOnlineCpus,
    (thrown: unknown) => {
      assert.ok(thrown instanceof FactUnknown);
      assert.match(thrown.reason.en, /agent inside smartgo_01 does not answer/);
      assert.match(thrown.reason["zh-cn"], /客户机代理/);
      assert.match(thrown.message, /guestOnlineCpus unknown: QEMU guest agent is not connected/);
      return true;
    },
  );
  assert.equal(ifKnown(() => facts.bootId), undefined);
  assert.equal(ifKnown(() => facts.configMiB), 512);
});

test("a guest that does not run has a state and nothing live", () => {
  const facts = read({ state: "shut-off", configVcpus: 4 });
  assert.equal(facts.state, "shut-off");
  assert.equal(facts.configVcpus, 4);
  assert.throws(() => facts.liveVcpus, FactUnknown);
});

test("without libvirt even the state is unknown", () => {
  const facts = read({}, { libvirt: "Failed to connect socket" });
  assert.throws(() => facts.state, (thrown: unknown) => thrown instanceof FactUnknown && /libvirt on the host/.test(thrown.reason.en));
});

test("what is not an answer of the script is refused", () => {
  for (const output of ["", "{}", "Traceback (most recent call last):", JSON.stringify({ facts: { state: "fine" }, silent: {} }), JSON.stringify({ facts: { liveVcpus: "4" }, silent: {} })]) {
    assert.throws(() => readGuestFacts("smartgo_01", output));
  }
});

test("ifKnown lets no other error pass for an unknown fact", () => {
  assert.throws(() => ifKnown(() => {
    throw new TypeError("a fault of ours");
  }), TypeError);
});

test("which run a guest is in is known only as a whole", () => {
  const probe = guestRun("smartgo_01");
  assert.deepEqual(probe.read(JSON.stringify({ facts: ALL, silent: {} })), { bootId: ALL.bootId, qemuProcess: ALL.qemuProcess });
  assert.throws(() => probe.read(JSON.stringify({ facts: { state: "running", bootId: "x" }, silent: {} })), FactUnknown);
});

test("a guest's name is one word of the shell, whatever it holds", () => {
  assert.ok(guest("it's; reboot").script.endsWith(` 'it'\\''s; reboot' all`));
});
