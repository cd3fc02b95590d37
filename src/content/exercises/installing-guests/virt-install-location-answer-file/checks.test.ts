import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks from "./checks.ts";

const TASKS = ["installed", "fetched", "ticket", "definition"];
const URL = "http://192.168.122.1:8000/ks.cfg";
const SERVED = "192.168.122.1:8000\n200";
const CHANNEL = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>";
const FROM_DISK = "<boot dev='hd'/>";

function xml(os = FROM_DISK, { reboot = "restart", devices = CHANNEL } = {}): string {
  return `<domain><name>smartgo_ks</name><os>${os}</os><on_reboot>${reboot}</on_reboot><devices><disk device='disk'/>${devices}</devices></domain>`;
}
/** The first start, whose kernel was given these words. */
const installing = (words: string): string =>
  xml(`<kernel>/var/lib/libvirt/boot/virtinst-vmlinuz</kernel><cmdline>console=ttyS0 ${words}</cmdline>${FROM_DISK}`, { reboot: "destroy" });

const told = ({ hostname = "smartgo-ks", ticket = "T-1a2b3c", log = `Answer file: ${URL}\n  fetched, 11 lines` } = {}): string =>
  `${hostname}\n${ticket}\n\n--\n${log}\n`;

interface Sample {
  readonly guest?: object | undefined;
  readonly said?: string | undefined;
  readonly server?: string;
}
function task(name: string, { guest, said, server = SERVED }: Sample): Outcome {
  const running = { name: "smartgo_ks", uuid: "u", id: 1, state: 1, reason: 1, persistent: true, autostart: false, saved: false };
  const guests = guest === undefined ? [] : [{ ...running, live: xml(), config: xml(), snapshots: [], ...guest }];
  const inside = { system: said === undefined ? { error: "no agent" } : { status: 0, output: said } };
  const libvirt = libvirtFacts().read(JSON.stringify({ guests, networks: [], pools: [], monitor: {}, inside }));
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt, server }, { ticket: "T-1a2b3c" });
}
const failedIn = (sample: Sample): string[] => TASKS.filter((name) => task(name, sample).outcome === "failed");
function found(name: string, sample: Sample): string {
  const outcome = task(name, sample);
  return outcome.outcome === "failed" ? outcome.found.en : "";
}

test("nothing, a guest that is installed and runs, and the same without its server", () => {
  assert.deepEqual(failedIn({}), TASKS);
  assert.deepEqual(failedIn({ guest: {}, said: told() }), []);
  assert.deepEqual(failedIn({ guest: {}, said: told(), server: "\n000" }), []);
});

test("while it installs, only the definition is right, and the reason is told", () => {
  const during = (words: string, server = SERVED): Sample => ({ guest: { live: installing(words) }, server });
  assert.deepEqual(failedIn(during(`inst.ks=${URL}`)), ["installed", "fetched", "ticket"]);
  assert.match(found("fetched", during(`inst.ks=${URL}`)), /not over/);
  assert.match(found("fetched", during(`ks=${URL}`)), /knows inst\.ks= only/);
  assert.match(found("fetched", during("")), /not given any/);
  assert.match(found("fetched", during("inst.ks=http://127.0.0.1:8000/ks.cfg")), /guest itself/);
  assert.match(found("fetched", during(`inst.ks=${URL}`, "127.0.0.1:8000\n000")), /127\.0\.0\.1:8000/);
  assert.match(found("fetched", during(`inst.ks=${URL}`, "\n000")), /Nothing listens/);
  assert.match(found("fetched", during(`inst.ks=${URL}`, "0.0.0.0:8000\n404")), /404/);
});

test("a guest that is off, that does not answer or that cannot, is failed and not errored", () => {
  for (const guest of [{ state: 5, id: -1, live: null }, { state: 3 }, {}, { live: xml(FROM_DISK, { devices: "" }) }]) {
    assert.deepEqual(failedIn({ guest }), ["installed", "fetched", "ticket"]);
  }
  assert.match(found("installed", { guest: { state: 5, id: -1, live: null } }), /off/);
  assert.match(found("installed", { guest: { live: xml(FROM_DISK, { devices: "" }) } }), /channel/);
});

test("a server that was stopped after the installation is not blamed for it", () => {
  const stopped = "\n000";
  assert.doesNotMatch(found("fetched", { guest: {}, server: stopped }), /port 8000/);
  assert.match(found("fetched", { guest: { state: 5, id: -1, live: null }, server: stopped }), /off/);
});

test("each task asks for its own answer", () => {
  const guest = {};
  assert.deepEqual(failedIn({ guest, said: told({ hostname: "localhost" }) }), ["installed"]);
  assert.deepEqual(failedIn({ guest, said: told({ ticket: "T-000000" }) }), ["ticket"]);
  assert.deepEqual(failedIn({ guest, said: told({ ticket: "" }) }), ["ticket"]);
  const logs = ["", "No answer file was named (inst.ks=): the installer asks.", "Answer file: file:/ks.cfg\n  fetched, 3 lines", `Answer file: ${URL}`];
  for (const log of logs) assert.deepEqual(failedIn({ guest, said: told({ log }) }), ["fetched"]);
});

test("any address of the host will do, and an attempt that failed before it too", () => {
  const logs = [
    "Answer file: ftp://192.168.122.1/pub/answers\n  fetched, 8 lines",
    `Answer file: http://192.168.122.1/ks.cfg\nAnswer file: ${URL}\n  fetched, 8 lines`,
  ];
  for (const log of logs) assert.deepEqual(failedIn({ guest: {}, said: told({ log }) }), []);
});

test("the definition that is kept decides", () => {
  const kept = (config: string | null): Sample => ({ guest: { config, persistent: config !== null }, said: told() });
  assert.deepEqual(failedIn(kept(null)), ["definition"]);
  assert.deepEqual(failedIn(kept(xml("<kernel>/k</kernel><boot dev='hd'/>"))), ["definition"]);
  assert.deepEqual(failedIn(kept(xml("<boot dev='network'/><boot dev='hd'/>"))), ["definition"]);
  assert.deepEqual(failedIn(kept(xml(FROM_DISK, { reboot: "destroy" }))), ["definition"]);
  const ordered = xml("").replace("<disk device='disk'/>", "<disk device='disk'><boot order='1'/></disk>");
  assert.deepEqual(failedIn(kept(ordered)), []);
});
