import assert from "node:assert/strict";
import { test } from "node:test";
import { FactUnknown } from "./fact.ts";
import type { GuestCpus, GuestMemory } from "./probes/guest.ts";
import { cpuDisagreements, memoryDisagreements } from "./witnesses.ts";

const unknown = { en: "unknown", "zh-cn": "未知" };
/** Facts of which some are not known. */
function facts<F extends object>(known: Partial<F>): F {
  return new Proxy(known, {
    get(target, name) {
      if (Object.hasOwn(target, name)) return Reflect.get(target, name);
      throw new FactUnknown(unknown, String(name));
    },
  }) as F;
}
const cpus = (known: Partial<GuestCpus>): string[] => cpuDisagreements(facts<GuestCpus>({ name: "g", state: "running", ...known })).map(({ en }) => en);
const memory = (known: Partial<GuestMemory>): string[] =>
  memoryDisagreements(facts<GuestMemory>({ name: "g", state: "running", ...known })).map(({ en }) => en);

test("witnesses that say the same contradict nothing, and so do those that say nothing", () => {
  assert.deepEqual(cpus({ liveVcpus: 4, qemuVcpus: 4, guestOnlineCpus: 4 }), []);
  assert.deepEqual(cpus({ liveVcpus: 4, qemuVcpus: 4, guestOnlineCpus: 1 }), [], "a guest may leave some unused");
  assert.deepEqual(cpus({ liveVcpus: 4 }), []);
  assert.deepEqual(cpus({ state: "shut-off", liveVcpus: 4, qemuVcpus: 2 }), []);
  assert.deepEqual(memory({ liveMiB: 1024, balloonMiB: 1023.99 }), []);
  assert.deepEqual(memory({ liveMiB: 1024 }), []);
});

test("libvirt against QEMU, and a guest that claims what QEMU has not", () => {
  assert.deepEqual(cpus({ liveVcpus: 4, qemuVcpus: 2, guestOnlineCpus: 2 }), ["libvirt counts 4 vCPUs of g, QEMU’s monitor 2."]);
  assert.deepEqual(cpus({ liveVcpus: 2, qemuVcpus: 2, guestOnlineCpus: 4 }), ["The kernel in g says that it uses 4 CPUs, but QEMU’s monitor knows only 2."]);
  assert.deepEqual(memory({ liveMiB: 1024, balloonMiB: 512 }), ["libvirt has 1024 MiB down for g, QEMU’s monitor says that the balloon leaves it 512 MiB."]);
});
