import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Outcome } from "../../../../../lab-server/grading/check.ts";
import { PRODUCTS } from "../../../../components/figures/hypervisors-data.ts";
import checks, { KEY } from "./checks.ts";

/** What `solve.sh` writes, for a test to change. */
const solved = JSON.parse(/<<'X'\n(.*)\nX\n/s.exec(await readFile(new URL("solve.sh", import.meta.url), "utf8"))?.[1] ?? "");

function judge(text: string): Record<string, Outcome> {
  const sorter = checks.facts.sorter.read(text);
  return Object.fromEntries(Object.entries(checks.tasks).map(([task, judgeOf]) => [task, judgeOf({ sorter }, {})]));
}
const failedTasks = (verdict: Record<string, Outcome>): string[] => Object.keys(verdict).filter((task) => verdict[task]?.outcome === "failed");

function withCards(change: (cards: Record<string, { place: string; technique: string }>) => void, reason = "a"): Record<string, Outcome> {
  const { cards } = structuredClone(solved);
  change(cards);
  return judge(`read\n${JSON.stringify({ cards, kvm_because: reason })}`);
}
const set = (id: string, place: string, technique: string, reason?: string) =>
  withCards((cards) => {
    cards[id] = { place, technique };
  }, reason);

test("nothing there fails all, the solution passes all", () => {
  assert.equal(failedTasks(judge("absent")).length, 4);
  assert.deepEqual(failedTasks(judge(`read\n${JSON.stringify(solved)}`)), []);
});

test("the key is the one that the lesson's figure shows", () => {
  assert.deepEqual(PRODUCTS.map(({ id }) => id).sort(), Object.keys(KEY).sort());
  for (const { id, place, techniques } of PRODUCTS) {
    const card = KEY[id];
    assert.ok(card);
    assert.ok(place === "disputed" ? card.places.length === 2 : card.places.includes(place), `${id}: ${place}`);
    assert.deepEqual(
      techniques.map((one) => (one === "shared" ? "none" : one)),
      card.techniques,
      id,
    );
  }
});

test("KVM may stand in either place, with the reason that fits", () => {
  assert.deepEqual(failedTasks(set("kvm", "type-2", "hardware", "b")), []);
  assert.deepEqual(failedTasks(set("kvm", "type-2", "hardware", "a")), ["kvm"]);
  assert.deepEqual(failedTasks(set("kvm", "type-1", "hardware", "c")), ["kvm"]);
  assert.deepEqual(failedTasks(set("kvm", "none", "none")), ["no-hypervisor", "place", "technique", "kvm"]);
});

test("each old mistake has its own sentence", () => {
  const found = (verdict: Record<string, Outcome>, task: string): string => verdict[task]?.found.en ?? "";
  assert.match(found(set("docker", "type-3", "none"), "no-hypervisor"), /no standard term/);
  assert.match(found(set("esxi", "type-1", "paravirtualization"), "technique"), /does not mean paravirtual/);
  assert.match(found(set("qemu-tcg", "type-2", "hardware"), "technique"), /it would be KVM/);
  assert.match(found(set("hyper-v", "type-2", "hardware"), "place"), /beneath/);
});
