import assert from "node:assert/strict";
import { test } from "node:test";
import { FactUnknown, ifKnown } from "../fact.ts";
import { type GuestCpus, type GuestMemory, guestCpus, guestMemory, guestRun } from "./guest.ts";

const BOOT_ID = "9bba3769-213f-4d9b-a380-50d21811b0f9";
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const file = (text: string): string => JSON.stringify({ return: { count: text.length, "buf-b64": base64(text), eof: true } });

const ANSWERS = {
  process: "613 7635",
  names: "smartgo_01\nsmartgo_02",
  state: "running",
  configVcpus: "1",
  configMemory: "524288",
  liveVcpus: "4",
  cpus: JSON.stringify([0, 1, 2, 3].map((index) => ({ "thread-id": 620 + index, "cpu-index": index, target: "x86_64" }))),
  balloon: '{"actual":1073741824}',
  liveMemory: "1048576",
  bootId: file(`${BOOT_ID}\n`),
  guestOnline: "3",
  memInfo: file("MemTotal:         990312 kB\nMemFree:          398016 kB\nMemAvailable: "),
};
type Answers = Partial<Record<keyof typeof ANSWERS | "end", string>>;

/** What the script prints, prompts and repetitions included. */
function transcript(answers: Answers): string {
  const marked = Object.entries(answers).map(([name, answer]) => `@${name}@${answer}\n\n`);
  return `virsh # <"/proc/sys/kernel/random/boot_id"}}';  echo @'end'@\n${marked.join("")}@end@\nvirsh # `;
}

const cpus = (changes: Answers, name = "smartgo_01"): GuestCpus => guestCpus(name).read(transcript({ ...ANSWERS, ...changes }));
const memory = (changes: Answers): GuestMemory => guestMemory("smartgo_01").read(transcript({ ...ANSWERS, ...changes }));

function assertUnknown(touch: () => unknown, reason: RegExp, log: RegExp): void {
  assert.throws(touch, (thrown: unknown) => {
    assert.ok(thrown instanceof FactUnknown);
    assert.match(thrown.reason.en, reason);
    assert.match(thrown.message, log);
    return true;
  });
}

test("every witness is read, and every unit becomes MiB, once", () => {
  const run = { name: "smartgo_01", state: "running", bootId: BOOT_ID, qemuProcess: { pid: 613, startTicks: 7635 } };
  assert.deepEqual({ ...cpus({}) }, { ...run, liveVcpus: 4, configVcpus: 1, qemuVcpus: 4, guestOnlineCpus: 3 });
  assert.deepEqual({ ...memory({}) }, { ...run, balloonMiB: 1024, liveMiB: 1024, configMiB: 512, guestTotalMiB: 990312 / 1024 });
});

test("a later answer replaces an earlier one", () => {
  const output = transcript(ANSWERS) + transcript({ guestOnline: "4", balloon: '{"actual":536870912}' });
  assert.equal(guestCpus("smartgo_01").read(output).guestOnlineCpus, 4);
  assert.equal(guestCpus("smartgo_01").read(output).liveVcpus, 4);
  assert.equal(guestMemory("smartgo_01").read(output).balloonMiB, 512);
});

test("what virsh repeats of its input is not a mark", () => {
  const facts = guestCpus("smartgo_01").read(`virsh # echo @'liveVcpus'@; vcpucount smartgo_01 --live --active; echo @'end'@\n@end@`);
  assertUnknown(() => facts.liveVcpus, /libvirt/, /no answer/);
});

test("a silent witness leaves only its own facts unknown, with its own sentence", () => {
  const facts = cpus({ bootId: "error: Guest agent is not responding: QEMU guest agent is not connected", guestOnline: "" });
  assertUnknown(() => facts.bootId, /agent inside smartgo_01 does not answer/, /bootId unknown: Guest agent is not responding/);
  assertUnknown(() => facts.guestOnlineCpus, /agent inside/, /no answer/);
  assertUnknown(() => memory({ memInfo: '{"return":1019}' }).guestTotalMiB, /agent inside/, /guestTotalMiB unknown/);
  assert.equal(facts.qemuVcpus, 4);
  assertUnknown(() => cpus({ cpus: "error: Timed out" }).qemuVcpus, /QEMU of smartgo_01/, /Timed out/);
  assertUnknown(() => cpus({ process: "" }).qemuProcess, /which process/, /no answer/);
  assert.equal(
    ifKnown(() => facts.bootId),
    undefined,
  );
  assert.equal(
    ifKnown(() => facts.configVcpus),
    1,
  );
});

test("each state has its word; a guest that is not in the list is absent", () => {
  const words = {
    running: "running",
    idle: "running",
    paused: "paused",
    "in shutdown": "shutting-down",
    "shut off": "shut-off",
    crashed: "crashed",
    pmsuspended: "suspended",
    "no state": "unknown",
  };
  for (const [word, state] of Object.entries(words)) assert.equal(cpus({ state: word }).state, state);
  assert.equal(cpus({}, "smartgo_0").state, "absent");
  assert.equal(cpus({ names: "" }).state, "absent");
});

test("without libvirt even the state is unknown, and the log says why", () => {
  const facts = guestCpus("smartgo_01").read("@process@613 7635\n@end@\nerror: failed to connect to the hypervisor\n");
  assertUnknown(() => facts.state, /libvirt on the host/, /failed to connect to the hypervisor/);
  assert.equal(facts.qemuProcess.pid, 613);
});

test("what is no answer is unknown and never a number", () => {
  for (const output of ["", "bash: virsh: command not found", "@state@", "@constructor@ @__proto__@"]) {
    const facts = guestCpus("smartgo_01").read(output);
    for (const field of ["state", "liveVcpus", "qemuVcpus", "bootId", "qemuProcess"] as const) assert.throws(() => facts[field], FactUnknown);
  }
  assert.throws(() => cpus({ liveVcpus: "four" }).liveVcpus, FactUnknown);
  assert.throws(() => cpus({ process: "613" }).qemuProcess, FactUnknown);
  assert.throws(() => memory({ liveMemory: "524288 KiB" }).liveMiB, FactUnknown);
  assert.throws(() => memory({ balloon: "{}" }).balloonMiB, FactUnknown);
  assert.throws(() => cpus({ cpus: "[{}]" }).qemuVcpus, FactUnknown);
  assert.throws(() => memory({ memInfo: file("MemFree: 1 kB\n") }).guestTotalMiB, FactUnknown);
});

test("ifKnown lets no other error pass for an unknown fact", () => {
  const fault = (): never => {
    throw new TypeError("a fault of ours");
  };
  assert.throws(() => ifKnown(fault), TypeError);
});

test("which run a guest is in is known only as a whole", () => {
  const probe = guestRun("smartgo_01");
  assert.deepEqual(probe.read(transcript(ANSWERS)), { bootId: BOOT_ID, qemuProcess: { pid: 613, startTicks: 7635 } });
  assert.throws(() => probe.read(transcript({ ...ANSWERS, process: "" })), FactUnknown);
  assert.throws(() => probe.read(transcript({ ...ANSWERS, bootId: "error: not connected" })), FactUnknown);
});

test("a guest's name needs no quotes anywhere, or is refused when the exercise is loaded", () => {
  assert.match(guestCpus("smartgo_01").script, /^set -- smartgo_01 cpus\n/);
  for (const name of ["", "two words", "it's", "a;reboot", "-x", "@end@"]) assert.throws(() => guestMemory(name), /guest name: expected/);
});
