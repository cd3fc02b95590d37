/**
 * npm run bench: measures what the lab promises, on this machine, and prints a table. Nothing here passes or fails.
 * npm run bench -- PART...: only these of the parts below.
 * The JSON beside it (bench/results/) keeps every sample.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { currentTemplate } from "../lab-server/hosts/qemu/template.ts";
import { cacheDir } from "../tests/support/real-backend.ts";
import { startRealServer } from "../tests/support/real-server.ts";
import { echo, plainShell, throughput } from "./bytes.ts";
import { classroom } from "./class.ts";
import { comfort } from "./comfort.ts";
import { type Figure, median, table } from "./figures.ts";
import { Learner } from "./learner.ts";
import { scriptOfALesson } from "./page.ts";
import { cpuMs, poolAtRest, pssMiB, reachableHosts } from "./processes.ts";
import { startsFromPool, startsWithEmptyPool } from "./starts.ts";
import { manyTerminals } from "./terminals.ts";
import { xray } from "./xray.ts";

const figures: Figure[] = [];
const tell = (text: string): void => console.error(`bench: ${text}`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const PARTS = ["starts", "pool", "host", "comfort", "xray", "class", "terminals", "memory"] as const;
const named = process.argv.slice(2);
const unknown = named.find((name) => !PARTS.some((part) => part === name));
if (unknown !== undefined) throw new Error(`expected ${PARTS.join(", ")}, or nothing for all of them; found ${unknown}`);
const wanted = (part: (typeof PARTS)[number]): boolean => named.length === 0 || named.includes(part);

if (wanted("starts")) {
  tell("starts with an empty pool");
  const server = await startRealServer({ RINGSIDE_POOL_SIZE: "0" });
  figures.push(await startsWithEmptyPool(server, 7));
  await server.close();
}
if (wanted("pool")) {
  tell("starts from the pool");
  const server = await startRealServer({ RINGSIDE_POOL_SIZE: "1" });
  figures.unshift(...(await startsFromPool(server, 1, 10)));
  figures.push(await scriptOfALesson(server.url));
  await server.close();
}
if (wanted("host")) {
  const server = await startRealServer({ RINGSIDE_POOL_SIZE: "0", RINGSIDE_FREEZE_AFTER_MS: "1500" });
  const learner = new Learner(server.url);
  await learner.signIn();
  const { seat, terminal } = await learner.startToPrompt("cpu-hot-add");
  await pause(8_000);
  const [record] = reachableHosts(server.stateDir);
  if (record?.process === undefined) throw new Error("the host has no record");

  tell("checks");
  const checks: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const began = performance.now();
    await learner.check(seat.id);
    checks.push(performance.now() - began);
    await pause(1_000);
  }
  figures.push({ what: "Check to verdict, p50", value: median(checks), unit: "ms", target: 1_500, at: "most", samples: checks });

  tell("echo and throughput");
  const plain = await plainShell(record);
  figures.push(await echo(terminal, plain.line, 200));
  figures.push(await throughput(terminal, plain.line, 5));
  plain.close();

  tell("freeze and thaw");
  const thaws: number[] = [];
  const frozenCpu: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    terminal.visible(false);
    await poolAtRest(server.stateDir, 1);
    const before = cpuMs(record.process.pid);
    await pause(3_000);
    frozenCpu.push((cpuMs(record.process.pid) - before) / 3_000);
    const { promise: echoed, resolve } = Promise.withResolvers<void>();
    terminal.onData(() => resolve());
    const began = performance.now();
    terminal.write("x");
    await echoed;
    thaws.push(performance.now() - began);
    terminal.visible(true);
    terminal.write("\u0015");
    await pause(3_000);
  }
  figures.push({ what: "CPU of a host nobody looks at", value: 100 * median(frozenCpu), unit: "% of a core", target: 0, at: "most", samples: frozenCpu });
  figures.push({ what: "key to its echo in a frozen host, p50", value: median(thaws), unit: "ms", target: 100, at: "most", samples: thaws });
  terminal.close();
  await server.close();
}
if (wanted("comfort")) figures.push(...(await comfort(tell)));
if (wanted("xray")) figures.push(...(await xray(tell)));
if (wanted("class")) figures.push(...(await classroom(tell)));
if (wanted("terminals")) figures.push(...(await manyTerminals(tell)));
if (wanted("memory")) {
  tell("memory");
  // What one more host costs: all of them together with three, less one alone, by two. Shared pages then count once.
  const together = async (count: number): Promise<number> => {
    const server = await startRealServer({ RINGSIDE_POOL_SIZE: "0", RINGSIDE_FREEZE_AFTER_MS: "1500" });
    for (let each = 0; each < count; each += 1) {
      const learner = new Learner(server.url);
      await learner.signIn();
      const { terminal } = await learner.startToPrompt("cpu-hot-add");
      await pause(5_000);
      terminal.close();
    }
    await poolAtRest(server.stateDir, count);
    const sum = reachableHosts(server.stateDir).reduce((total, { process }) => total + pssMiB(process?.pid ?? 0), 0);
    await server.close();
    return sum;
  };
  const [one, three] = [await together(1), await together(3)];
  figures.push({
    what: "memory of one more idle host, its guest running (Pss)",
    value: (three - one) / 2,
    unit: "MiB",
    target: 200,
    at: "most",
    note: `one alone ${one.toFixed(0)} MiB, three together ${three.toFixed(0)} MiB`,
  });
}
const accelerator = ["tcg", "kvm"].find((kind) => {
  try {
    return readFileSync(`${currentTemplate(cacheDir(), "running", kind)}/template.json`) !== undefined;
  } catch {
    return false;
  }
});
const template = JSON.parse(readFileSync(`${currentTemplate(cacheDir(), "running", accelerator ?? "tcg")}/template.json`, "utf8")) as Record<string, number>;
figures.push({ what: "guest boot in the host, to its prompt (at build)", value: (template["guestBootMs"] ?? 0) / 1000, unit: "s", target: 25, at: "most" });

const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${accelerator}`;
console.log(`\n${machine}\n\n${table(figures)}\n`);
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
const file = new URL(`results/${new Date().toISOString().replaceAll(":", "-")}.json`, import.meta.url);
writeFileSync(file, `${JSON.stringify({ machine, at: new Date().toISOString(), figures }, null, 2)}\n`);
tell(`every sample is in ${file.pathname.split("/").slice(-3).join("/")}`);
