import assert from "node:assert/strict";
import { test } from "node:test";
import { LibvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import checks from "./checks.ts";

type Facts = Parameters<(typeof checks.tasks)["process"]>[0];
interface Said {
  pid: number;
  vcpu_tids: number[];
  vm_fd: number;
  rss_mib: number;
}

const guest = {
  name: "smartgo_01",
  uuid: "u",
  id: 1,
  state: "running" as const,
  reason: 1,
  persistent: true,
  autostart: false,
  saved: false,
  live: undefined,
  config: undefined,
  balloonMiB: 512,
  snapshots: [],
};
const monitor = {
  cpus: {
    answer: [
      { "cpu-index": 1, "thread-id": 1653 },
      { "cpu-index": 0, "thread-id": 667 },
    ],
  },
};
const libvirt = new LibvirtFacts({ guests: [guest], networks: [], pools: [], monitor, inside: {} });
const real = {
  pid: 656,
  threads: { "656": "qemu-system-x86", "666": "IO mon_iothread", "667": "CPU 0/KVM", "1653": "CPU 1/KVM" },
  files: { "11": "/dev/kvm", "13": "anon_inode:kvm-vm", "21": "anon_inode:kvm-vcpu:0" },
  rssMiB: 270,
  names: { "401": "libvirtd", "656": "qemu-system-x86" },
};
const RIGHT: Said = { pid: 656, vcpu_tids: [667, 1653], vm_fd: 13, rss_mib: 265 };

function outcomes(change: Partial<Said> | undefined): string[] {
  const facts: Facts = { libvirt, process: real, report: change === undefined ? { state: "absent" } : { state: "read", value: { ...RIGHT, ...change } } };
  return Object.values(checks.tasks).map((judge) => judge(facts, {}).outcome);
}

test("the process, its vCPUs, its machine, its memory", () => {
  assert.deepEqual(outcomes({}), ["passed", "passed", "passed", "passed"]);
  assert.deepEqual(outcomes(undefined), ["failed", "failed", "failed", "failed"]);
});

test("each mistake fails in its own task", () => {
  assert.deepEqual(outcomes({ pid: 401 }), ["failed", "passed", "failed", "passed"]);
  assert.deepEqual(outcomes({ vcpu_tids: [656, 667] }), ["passed", "failed", "passed", "passed"]);
  assert.deepEqual(outcomes({ vcpu_tids: [1653, 667] }), ["passed", "failed", "passed", "passed"]);
  assert.deepEqual(outcomes({ vcpu_tids: [666, 1653] }), ["passed", "failed", "passed", "passed"]);
  assert.deepEqual(outcomes({ vm_fd: 11 }), ["passed", "passed", "failed", "passed"]);
  assert.deepEqual(outcomes({ rss_mib: 270 * 1024 }), ["passed", "passed", "passed", "failed"]);
});

test("what ps, ls and /proc print is read", () => {
  const output = `@pid 656
    401 libvirtd
    656 qemu-system-x86
@threads
    667 CPU 0/KVM
@files
total 0
lrwx------ 1 libvirt-qemu libvirt-qemu 64 Nov 23 00:26 13 -> anon_inode:kvm-vm
@status
276808
`;
  assert.deepEqual(checks.facts.process.read(output), {
    pid: 656,
    names: { "401": "libvirtd", "656": "qemu-system-x86" },
    threads: { "667": "CPU 0/KVM" },
    files: { "13": "anon_inode:kvm-vm" },
    rssMiB: 276808 / 1024,
  });
  assert.equal(checks.facts.process.read("@pid 0\n1 systemd\n@threads\n@files\n@status\n").pid, 0);
});
