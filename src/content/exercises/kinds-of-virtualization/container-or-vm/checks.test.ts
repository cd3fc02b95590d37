import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import checks from "./checks.ts";

const HOST = { kernel: "6.12.1", boot_id: "host-boot", pid_namespace: "pid:[1]" };
const RIGHT = {
  host: HOST,
  container: { ...HOST, pid_namespace: "pid:[2]", memory_kib: 2000 },
  guest: { ...HOST, boot_id: "guest-boot", memory_kib: 240_000 },
  own_kernel: "guest",
  proof: "boot_id",
};
const CONTAINER = { pidNamespace: "pid:[2]", pid: 976, bootId: "host-boot", rssKiB: [1880] };
const HERE = { kernel: "6.12.1", bootId: "host-boot", pidNamespace: "pid:[1]", containers: [CONTAINER], rooted: [] as object[], qemuKiB: 243_376 };
const LIBVIRT = {
  guests: [
    {
      name: "smartgo_01",
      uuid: "6f1c9f1e-5a0b-4c55-9d0e-0a1d5e5f0001",
      id: 1,
      state: 1,
      reason: 1,
      persistent: true,
      autostart: false,
      saved: false,
      live: null,
      config: null,
      balloonKiB: 524288,
      snapshots: [],
    },
  ],
  networks: [],
  pools: [],
  monitor: {},
  inside: { kernel: { status: 0, output: "6.12.1\nguest-boot\npid:[1]\n" } },
};

function judge(answers: object, change: Partial<typeof HERE> = {}): Record<string, Outcome> {
  const facts = {
    said: checks.facts.said.read(`read\n${JSON.stringify({ ...RIGHT, ...answers })}`),
    here: checks.facts.here.read(JSON.stringify({ ...HERE, ...change })),
    libvirt: checks.facts.libvirt.read(JSON.stringify(LIBVIRT)),
  };
  return Object.fromEntries(Object.entries(checks.tasks).map(([task, judgeOf]) => [task, judgeOf(facts, {})]));
}
const failedTasks = (verdict: Record<string, Outcome>): string[] => Object.keys(verdict).filter((task) => verdict[task]?.outcome === "failed");
const found = (verdict: Record<string, Outcome>, task: string): string => verdict[task]?.found.en ?? "";

test("measured and written down: all pass", () => {
  assert.deepEqual(failedTasks(judge({})), []);
});

test("a container that shows a boot id of its own is accepted with either number", () => {
  const containers = [{ ...CONTAINER, bootId: "mounted-over" }];
  assert.deepEqual(failedTasks(judge({}, { containers })), []);
  assert.deepEqual(failedTasks(judge({ container: { ...RIGHT.container, boot_id: "mounted-over" } }, { containers })), []);
});

test("without a container, what was written down of it no longer counts", () => {
  assert.deepEqual(failedTasks(judge({}, { containers: [] })), ["container-runs", "three-rows", "memory"]);
});

test("another root directory is no container", () => {
  const verdict = judge({ container: { ...RIGHT.container, pid_namespace: "pid:[1]" } }, { containers: [], rooted: [{ pid: 9, root: "/srv/tree" }] });
  assert.match(found(verdict, "container-runs"), /a directory, not a container/);
  assert.match(found(verdict, "three-rows"), /the host's own PID namespace/);
});

test("the version of the kernel and the number of a namespace prove nothing", () => {
  assert.match(found(judge({ proof: "kernel" }), "proof"), /proves nothing/);
  assert.match(found(judge({ proof: "pid_namespace" }), "proof"), /within one kernel only/);
  assert.deepEqual(failedTasks(judge({ own_kernel: "container" })), ["proof"]);
});

test("what the guest was promised is not what it holds", () => {
  const verdict = judge({ guest: { ...RIGHT.guest, memory_kib: 1_048_576 } });
  assert.deepEqual(failedTasks(verdict), ["memory"]);
  assert.match(found(verdict, "memory"), /promised/);
  assert.deepEqual(failedTasks(judge({ guest: { ...RIGHT.guest, memory_kib: 300_000 } })), []);
  assert.deepEqual(failedTasks(judge({ guest: { ...RIGHT.guest, memory_kib: 400_000 } })), ["memory"]);
});
