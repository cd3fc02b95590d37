import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { FactUnknown } from "../fact.ts";
import { libvirtFacts } from "./libvirt.ts";
import { Xml } from "./xml.ts";

const XML =
  "<domain type='kvm'><name>a</name><memory unit='KiB'>1048576</memory><currentMemory unit='KiB'>524288</currentMemory><devices><disk><source file='/a'/></disk><disk><source file='/b'/></disk></devices></domain>";
const guest = {
  name: "a",
  uuid: "u",
  id: 3,
  state: 1,
  reason: 1,
  persistent: true,
  autostart: false,
  saved: false,
  live: XML,
  config: XML,
  snapshots: [],
};
const answer = {
  guests: [guest, { ...guest, name: "off", id: -1, state: 5, live: null }],
  networks: [{ name: "default", active: true, persistent: true, autostart: true, live: "<network/>", config: "<network/>", leases: [] }],
  pools: [],
  monitor: { kvm: { answer: { enabled: true } }, broken: { error: "gone" } },
  inside: { name: { status: 0, output: "a\n" }, silent: { error: "not running" } },
};
const facts = libvirtFacts().read(JSON.stringify(answer));

test("XPath reads texts, attributes and counts, in order", () => {
  const xml = new Xml(XML);
  assert.deepEqual(xml.values("//disk/source/@file"), ["/a", "/b"]);
  assert.equal(xml.number("/domain/memory"), 1_048_576);
  assert.equal(xml.number("count(//disk)"), 2);
  assert.equal(xml.value("//graphics/@port"), undefined);
  assert.equal(xml.number("/domain/name"), undefined);
  assert.equal(xml.has("/domain[@type='kvm']"), true);
  assert.throws(() => new Xml("<domain").value("/domain"), FactUnknown);
});

test("a guest's state has its name, and a guest that is off has nothing live", () => {
  assert.deepEqual(facts.state("a"), { name: "a", state: "running" });
  assert.deepEqual(facts.state("none"), { name: "none", state: "absent" });
  assert.equal(facts.guest("a")?.balloonMiB, 512);
  const off = facts.guest("off");
  assert.deepEqual([off?.state, off?.live, off?.balloonMiB, off?.config?.value("/domain/name")], ["shut-off", undefined, undefined, "a"]);
});

test("who gave no answer makes the fact unknown", () => {
  assert.deepEqual(facts.monitor("kvm", z.object({ enabled: z.boolean() })), { enabled: true });
  assert.throws(() => facts.monitor("broken", z.unknown().refine(Boolean)), FactUnknown);
  assert.throws(() => facts.monitor("kvm", z.object({ present: z.boolean() })), FactUnknown);
  assert.deepEqual(facts.inside("name"), { status: 0, output: "a\n" });
  assert.throws(() => facts.inside("silent"), FactUnknown);
  assert.deepEqual([facts.answered("name"), facts.answered("silent"), facts.answered("other")], [true, false, false]);
});

test("a question with quotes reaches the script whole, and patience has a limit", () => {
  const { script } = libvirtFacts({ inside: { a: { guest: "g", command: "echo 'it'" } } });
  assert.match(script, /echo '\\''it'\\''/);
  assert.throws(() => libvirtFacts({ seconds: 40 }), RangeError);
});
