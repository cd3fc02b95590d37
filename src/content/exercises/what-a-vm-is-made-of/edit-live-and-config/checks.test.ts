import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import type { HostFile } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks from "./checks.ts";

const definition = (title: string, vcpus: number, id = ""): string =>
  `<domain${id}><name>smartgo_01</name><uuid>u-1</uuid>${title === "" ? "" : `<title>${title}</title>`}<vcpu current='1'>${vcpus}</vcpu><devices><interface><mac address='m-1'/></interface></devices></domain>`;
const OLD = definition("", 4);
const NEW = definition("SmartGo 01", 6);
const OLD_LIVE = definition("", 4, " id='1'");
const NEW_LIVE = definition("SmartGo 01", 6, " id='2'");
const file = (text: string): HostFile => ({ state: "read", text });

function libvirt(known: object): LibvirtFacts {
  const guest = { name: "smartgo_01", uuid: "u-1", id: 1, state: 1, reason: 1, persistent: true, autostart: false, saved: false, live: OLD_LIVE, config: OLD };
  return libvirtFacts().read(
    JSON.stringify({ guests: [{ ...guest, balloonKiB: null, snapshots: [], ...known }], networks: [], pools: [], monitor: {}, inside: {} }),
  );
}

interface Sample {
  readonly guest?: object;
  readonly run?: string;
  readonly live?: HostFile;
  readonly config?: HostFile;
  readonly file?: HostFile;
}
const DONE: Sample = { guest: { live: NEW_LIVE, config: NEW }, run: "900 77", live: file(OLD_LIVE), config: file(NEW) };

function outcomes({
  guest = {},
  run = "800 50",
  live = { state: "absent" },
  config = { state: "absent" },
  file: etc = file(OLD),
}: Sample): Record<string, Outcome> {
  const facts = { libvirt: libvirt(guest), run, live, config, file: etc };
  return Object.fromEntries(Object.entries(checks.tasks).map(([task, judge]) => [task, judge(facts, { libvirt: libvirt({}), run: "800 50" })]));
}

function failedIn(sample: Sample): string[] {
  return Object.entries(outcomes(sample))
    .filter(([, { outcome }]) => outcome === "failed")
    .map(([task]) => task);
}

test("the state at the start, and the goal", () => {
  assert.deepEqual(failedIn({}), ["edited", "saved", "power-cycled"]);
  assert.deepEqual(failedIn(DONE), []);
});

test("the file in /etc is not the definition", () => {
  const outcome = outcomes({ file: file(NEW) }).edited;
  assert.ok(outcome?.outcome === "failed");
  assert.match(outcome.found.en, /does not notice/);
});

test("the same process, and another machine, are no power cycle", () => {
  assert.deepEqual(failedIn({ ...DONE, guest: { live: OLD_LIVE, config: NEW }, run: "800 50" }), ["power-cycled"]);
  assert.deepEqual(failedIn({ ...DONE, guest: { live: NEW_LIVE, config: NEW, uuid: "u-2" } }), ["edited", "power-cycled"]);
  assert.deepEqual(failedIn({ ...DONE, guest: { live: null, config: NEW }, run: "" }), ["power-cycled"]);
});

test("each saved file must be the one that is asked for", () => {
  for (const change of [
    { live: file(NEW_LIVE) },
    { live: file(OLD) },
    { config: file(NEW_LIVE) },
    { config: file(OLD) },
    { live: file("no XML <<") },
    { config: file("") },
  ]) {
    assert.deepEqual(failedIn({ ...DONE, ...change }), ["saved"]);
  }
});
