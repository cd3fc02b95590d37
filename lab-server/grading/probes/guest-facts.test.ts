/** The script against a virsh that plays its part: what it asks, in which order, and when it stops asking. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Probe } from "../check.ts";
import { ifKnown } from "../fact.ts";
import { guestCpus, guestMemory, guestRun } from "./guest.ts";

const scratch = await mkdtemp(join(tmpdir(), "ringside-virsh-"));
after(() => rm(scratch, { recursive: true, force: true }));

/** Repeats its input after a prompt, as the real one does, then answers `echo @'name'@; command;` from the files name.1, name.2, ...; the last one stays. */
const VIRSH = `#!/bin/bash
declare -A times
while IFS= read -r line; do
  printf 'virsh # %s\\n' "$line"
  while [[ $line =~ ^\\ *echo\\ @\\'([A-Za-z]+)\\'@(.*) ]]; do
    mark=\${BASH_REMATCH[1]} line=\${BASH_REMATCH[2]}
    printf '@%s@' "$mark"
    [[ $mark == end ]] && break
    echo "$mark" >>"$ANSWERS/asked"
    n=$((\${times[$mark]:-0} + 1))
    [[ -e $ANSWERS/$mark.$n ]] || n=$((n - 1))
    times[$mark]=$n
    [[ -e $ANSWERS/$mark.$n ]] && cat "$ANSWERS/$mark.$n"
    line=\${line#;}
    line=\${line#*; }
  done
done
`;

const file = (text: string): string => JSON.stringify({ return: { "buf-b64": Buffer.from(text).toString("base64") } });
const cpus = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, index) => ({ "cpu-index": index })));
const opened = '{"return":1018}';
const SETTLED: Readonly<Record<string, readonly string[]>> = {
  names: ["smartgo_01"],
  state: ["running"],
  configVcpus: ["1"],
  configMemory: ["524288"],
  liveVcpus: ["1"],
  cpus: [cpus(1)],
  balloon: ['{"actual":536870912}'],
  liveMemory: ["524288"],
  bootId: [opened, file("9bba3769-213f-4d9b-a380-50d21811b0f9\n")],
  closed: ['{"return":{}}'],
  guestOnline: ["1"],
  memInfo: [opened, file("MemTotal: 466024 kB\n")],
};

async function run<T>(
  probe: Probe<T>,
  changes: Readonly<Record<string, readonly string[]>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<{ facts: T; asked: string[]; seconds: number; output: string }> {
  const folder = await mkdtemp(join(scratch, "run-"));
  for (const [mark, answers] of Object.entries({ ...SETTLED, ...changes })) {
    for (const [index, answer] of answers.entries()) await writeFile(join(folder, `${mark}.${index + 1}`), `${answer}\n`);
  }
  await writeFile(join(folder, "virsh"), VIRSH);
  await chmod(join(folder, "virsh"), 0o755);
  const began = performance.now();
  const output = execFileSync("bash", ["-c", probe.script], {
    encoding: "utf8",
    env: { ...process.env, ...env, PATH: `${folder}:${process.env.PATH}`, ANSWERS: folder },
    timeout: 30_000,
  });
  const seconds = (performance.now() - began) / 1000;
  const asked = (await readFile(join(folder, "asked"), "utf8")).trim().split("\n");
  return { facts: probe.read(output), asked, seconds, output };
}

const CPUS = guestCpus("smartgo_01");
const MEMORY = guestMemory("smartgo_01");
const times = (asked: readonly string[], mark: string): number => asked.filter((name) => name === mark).length;

test("where the witnesses agree, each is asked as little as possible", async () => {
  const cpus = await run(CPUS);
  assert.equal(cpus.facts.guestOnlineCpus, 1);
  assert.equal(cpus.facts.bootId, "9bba3769-213f-4d9b-a380-50d21811b0f9");
  assert.deepEqual(cpus.asked, ["names", "state", "configVcpus", "liveVcpus", "cpus", "bootId", "bootId", "closed", "guestOnline"]);
  const memory = await run(MEMORY);
  assert.equal(memory.facts.balloonMiB, 512);
  assert.equal(memory.facts.guestTotalMiB, 466024 / 1024);
  assert.equal(memory.facts.bootId, "9bba3769-213f-4d9b-a380-50d21811b0f9");
  assert.equal(memory.asked.length, 13);
});

test("CPUs that are coming online are waited for", async () => {
  const { facts, asked } = await run(CPUS, { cpus: [cpus(4)], liveVcpus: ["4"], guestOnline: ["1", "2", "4"] });
  assert.equal(facts.guestOnlineCpus, 4);
  assert.equal(times(asked, "guestOnline"), 3);
});

test("who does not wait is told that something is on its way, and only then", async () => {
  const cpusComing = { cpus: [cpus(4)], liveVcpus: ["4"], guestOnline: ["1", "4"] };
  const { facts, asked, output } = await run(CPUS, cpusComing, { LAB_SETTLE_SECONDS: "0" });
  assert.equal(facts.liveVcpus, 4);
  assert.equal(facts.guestOnlineCpus, 1);
  assert.equal(times(asked, "guestOnline"), 1);
  assert.match(output, /@unsettled@/);
  const balloonMoves = { balloon: ['{"actual":629145600}', '{"actual":734003200}'] };
  assert.match((await run(MEMORY, balloonMoves, { LAB_SETTLE_SECONDS: "0" })).output, /@unsettled@/);
  for (const settled of [await run(CPUS, {}, { LAB_SETTLE_SECONDS: "0" }), await run(MEMORY, {}, { LAB_SETTLE_SECONDS: "0" })])
    assert.doesNotMatch(settled.output, /@unsettled@/);
});

test("CPUs that never come online are given up", async () => {
  const { facts, seconds } = await run(CPUS, { cpus: [cpus(4)], liveVcpus: ["4"] });
  assert.equal(facts.guestOnlineCpus, 1);
  assert.ok(seconds < 15, `took ${seconds} s`);
});

test("a balloon that moves is waited for, and the guest's memory is read after it", async () => {
  const moving = [600, 700, 1024].map((mib) => ({ qemu: `{"actual":${mib * 1048576}}`, libvirt: String(mib * 1024) }));
  const { facts } = await run(MEMORY, {
    balloon: moving.map(({ qemu }) => qemu),
    liveMemory: moving.map(({ libvirt }) => libvirt),
    memInfo: [opened, file("MemTotal: 600000 kB\n"), opened, file("MemTotal: 990312 kB\n")],
  });
  assert.equal(facts.balloonMiB, 1024);
  assert.equal(facts.guestTotalMiB, 990312 / 1024);
});

test("libvirt, which hears of the balloon a little later, is waited for", async () => {
  const { facts } = await run(MEMORY, { balloon: ['{"actual":1073741824}'], liveMemory: ["524288", "524288", "1048576"] });
  assert.equal(facts.liveMiB, 1024);
});

test("witnesses that never agree are given up", async () => {
  const { facts, seconds } = await run(MEMORY, { balloon: ['{"actual":1073741824}'] });
  assert.equal(facts.balloonMiB, 1024);
  assert.equal(facts.liveMiB, 512);
  assert.ok(seconds < 15, `took ${seconds} s`);
});

test("an agent that does not take the first question is asked no other", async () => {
  const silent = { bootId: ["error: Guest agent is not responding: QEMU guest agent is not connected"] };
  for (const probe of [CPUS, MEMORY]) {
    const { facts, asked } = await run<{ bootId: string; state: string }>(probe, silent);
    assert.equal(
      ifKnown(() => facts.bootId),
      undefined,
    );
    assert.equal(facts.state, "running");
    assert.equal(times(asked, "guestOnline") + times(asked, "memInfo") + times(asked, "closed"), 0);
  }
});

test("for one run of the guest nothing else is asked", async () => {
  const { asked } = await run({ ...guestRun("smartgo_01"), read: () => undefined });
  assert.deepEqual(asked, ["names", "state", "bootId", "bootId", "closed"]);
});

test("a virsh that ends at once leaves all unknown, and the script ends too", () => {
  const output = execFileSync("bash", ["-c", CPUS.script], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin" },
    timeout: 30_000,
    stdio: ["ignore", "pipe", "ignore"],
  });
  assert.equal(
    ifKnown(() => CPUS.read(output).state),
    undefined,
  );
});
