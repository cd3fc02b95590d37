import assert from "node:assert/strict";
import { test } from "node:test";
import { LibvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { Xml } from "../../../../../lab-server/grading/probes/xml.ts";
import checks from "./checks.ts";

type Facts = Parameters<(typeof checks.tasks)["counted"]>[0];
const VDA = "<disk type='file'><source file='/i/smartgo_01.qcow2'/><target dev='vda' bus='virtio'/></disk>";
const SDA = "<disk type='file'><source file='/i/a.img'/><target dev='sda' bus='sata'/></disk>";
const VDB = "<disk type='file'><source file='/i/b.img'/><target dev='vdb' bus='virtio'/></disk>";
const VDC = "<disk type='file'><source file='/i/a.img'/><target dev='vdc' bus='virtio'/></disk>";
const TRUE_COUNT = { sata: { mmio_exits: 1702, seconds: 4.8 }, virtio: { mmio_exits: 0, seconds: 2.8 } };

function facts(live: string, inside: string | undefined, said = TRUE_COUNT, config = live): Facts {
  const domain = (disks: string) => new Xml(`<domain><devices>${disks}</devices></domain>`);
  const guest = {
    name: "smartgo_01",
    uuid: "u",
    id: 1,
    state: "running" as const,
    reason: 1,
    persistent: true,
    autostart: false,
    saved: false,
    live: domain(live),
    config: domain(config),
    balloonMiB: 512,
    snapshots: [],
  };
  const answer = inside === undefined ? { error: "silent" } : { status: 0, output: inside };
  return {
    libvirt: new LibvirtFacts({
      guests: [guest],
      networks: [],
      pools: [],
      monitor: { exits: { answer: [{ stats: [{ name: "mmio_exits", value: 8026 }] }] } },
      inside: { disks: answer },
    }),
    report: { state: "read", value: said },
  };
}

const outcomes = (known: Facts): string[] => Object.values(checks.tasks).map((judge) => judge(known, {}).outcome);
const BOTH = VDA + SDA + VDB;

test("two roads, two drivers, two hundred writes, and their cost", () => {
  assert.deepEqual(outcomes(facts(BOTH, "sda sd 201\nvda virtio_blk 90\nvdb virtio_blk 200\n")), ["passed", "passed", "passed", "passed"]);
});

test("all on virtio, or only in the definition: no question to a guest that may still boot", () => {
  assert.deepEqual(outcomes(facts(VDA + VDB + VDC, undefined)), ["failed", "failed", "failed", "passed"]);
  assert.deepEqual(outcomes(facts(VDA, undefined, TRUE_COUNT, BOTH)), ["failed", "failed", "failed", "passed"]);
});

test("no driver, too few writes, numbers that cannot be", () => {
  assert.deepEqual(outcomes(facts(BOTH, "vda virtio_blk 90\nvdb virtio_blk 200\n")), ["passed", "failed", "failed", "passed"]);
  assert.deepEqual(outcomes(facts(BOTH, "sda sd 3\nvdb virtio_blk 200\n")), ["passed", "passed", "failed", "passed"]);
  const count = (sata: number, virtio: number) => ({ sata: { mmio_exits: sata, seconds: 1 }, virtio: { mmio_exits: virtio, seconds: 1 } });
  for (const wrong of [count(0, 1702), count(9999, 0), count(0, 0)]) {
    assert.equal(outcomes(facts(BOTH, "sda sd 201\nvdb virtio_blk 200\n", wrong))[3], "failed");
  }
});
