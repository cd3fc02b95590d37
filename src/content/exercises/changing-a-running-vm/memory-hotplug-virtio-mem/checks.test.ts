import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import { libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks from "./checks.ts";

const device = (requested: number, size = 524_288): string =>
  `<devices><memory model='virtio-mem'><target><size unit='KiB'>${size}</size><requested unit='KiB'>${requested}</requested></target></memory></devices>`;
const domain = (room: number | undefined, devices: string): string =>
  `<domain>${room === undefined ? "" : `<maxMemory slots='4' unit='KiB'>${room}</maxMemory>`}<memory unit='KiB'>1048576</memory>${devices}</domain>`;

interface Sample {
  readonly config?: string;
  readonly live?: string | null;
  /** virDomainState. */
  readonly state?: number;
  readonly pluggedMiB?: number;
  /** MemTotal in the guest, KiB. */
  readonly total?: number;
}
const DONE: Sample = { config: domain(2_097_152, device(0)), live: domain(2_097_152, device(262_144)), pluggedMiB: 256, total: 671_684 };

function task(name: string, { config = domain(undefined, ""), live = null, state = live === null ? 5 : 1, pluggedMiB = 0, total }: Sample): Outcome {
  const guest = {
    name: "smartgo_04",
    uuid: "u",
    id: 1,
    state,
    reason: 1,
    persistent: true,
    autostart: false,
    saved: false,
    snapshots: [],
  };
  const answer = [{ type: "virtio-mem", data: { size: pluggedMiB * 1024 * 1024 } }];
  const libvirt = libvirtFacts().read(
    JSON.stringify({
      guests: [{ ...guest, live, config }],
      networks: [],
      pools: [],
      monitor: { devices: { answer } },
      inside: total === undefined ? {} : { total: { status: 0, output: `${total}\n` } },
    }),
  );
  const judge = checks.tasks[name];
  assert.ok(judge);
  return judge({ libvirt }, {});
}

function failedIn(sample: Sample): string[] {
  return Object.keys(checks.tasks).filter((name) => task(name, sample).outcome === "failed");
}

test("the state at the start, and the goal", () => {
  assert.deepEqual(failedIn({}), ["prepared", "grown", "seen"]);
  assert.deepEqual(failedIn(DONE), []);
});

test("a guest that is off is to be started, and one that is paused to go on", () => {
  const look = (state: number): string => {
    const outcome = task("grown", { live: null, state });
    assert.ok(outcome.outcome === "failed");
    return outcome.look.en;
  };
  assert.match(look(5), /virsh start/);
  assert.match(look(3), /virsh resume/);
});

test("a definition without room, without the device, with another size, or that requests memory at each start", () => {
  for (const config of [domain(undefined, device(0)), domain(786_432, device(0)), domain(2_097_152, ""), domain(2_097_152, device(0, 262_144))]) {
    assert.deepEqual(failedIn({ ...DONE, config }), ["prepared"]);
  }
  const outcome = task("prepared", { ...DONE, config: domain(2_097_152, device(262_144)) });
  assert.ok(outcome.outcome === "failed");
  assert.match(outcome.found.en, /requests 256 MiB at every start/);
});

test("what is requested is not yet plugged in, and QEMU says what is", () => {
  assert.deepEqual(failedIn({ ...DONE, pluggedMiB: 2 }), ["grown"]);
  assert.deepEqual(failedIn({ ...DONE, live: domain(2_097_152, device(0)), pluggedMiB: 0 }), ["grown"]);
});

test("a balloon that gives memory back is not new memory", () => {
  assert.deepEqual(failedIn({ ...DONE, live: domain(undefined, ""), total: 671_684 }), ["grown", "seen"]);
});

test("a guest that has not put the memory online counts what it had", () => {
  assert.deepEqual(failedIn({ ...DONE, total: 409_540 }), ["seen"]);
});

test("a guest that does not answer is not known", () => {
  const { total: _, ...silent } = DONE;
  assert.throws(() => task("seen", silent), FactUnknown);
});
