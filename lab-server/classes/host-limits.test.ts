import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { SeatEvent } from "../contract/events.ts";
import type { Seat } from "../seats/seat.ts";
import type { ClassRecord } from "../store/classes.ts";
import { HostLimits } from "./host-limits.ts";

/** A seat, as far as its limits are concerned. */
function seat() {
  const listeners = new Set<(event: SeatEvent) => void>();
  const subscribe = (listener: (event: SeatEvent) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const become = (phase: string, frozen = false): void => {
    for (const listener of [...listeners]) listener({ type: "seat", seat: { phase, host: { frozen } } } as unknown as SeatEvent);
  };
  const fake = { become, places: [] as number[], admitted: false, leave: new AbortController(), heardBy: () => listeners.size };
  return { seat: { subscribe } as unknown as Seat, ...fake };
}
type Fake = ReturnType<typeof seat>;
const KVM = { id: "kvm", hosts: 2 } as ClassRecord;

function begin() {
  const parked: number[] = [];
  const limits = new HostLimits((seats) => parked.push(seats.length));
  const ask = async (one: Fake, records: readonly ClassRecord[] = [KVM]): Promise<void> => {
    await limits.admit(one.seat, records, one.leave.signal, (place) => one.places.push(place));
    one.admitted = true;
  };
  return { limits, ask, parked };
}

test("who comes beyond the limit waits in order, and comes in when a host has gone", async () => {
  const { ask, parked } = begin();
  const [a, b, c, d] = [seat(), seat(), seat(), seat()];
  await ask(a);
  await ask(b);
  void ask(c);
  void ask(d);
  await turn();
  assert.deepEqual([c.places, d.places, c.admitted], [[1], [2], false]);
  assert.ok(parked.includes(2), "one that nobody looks at may make room");
  a.become("ready", true);
  assert.equal(parked.length, 3, "and so may one that is left later");
  a.become("parked");
  await turn();
  assert.deepEqual([c.admitted, d.admitted, d.places.at(-1)], [true, false, 1]);
  b.become("lost");
  await turn();
  assert.equal(d.admitted, true);
  a.become("ended");
  assert.deepEqual([a.places, b.places], [[], []], "who need not wait hears of no queue");
});

test("whoever leaves the queue makes way, and a limit of one class is none of another's", async () => {
  const { ask, limits } = begin();
  const [a, b, c, d] = [seat(), seat(), seat(), seat()];
  limits.hold(a.seat, [KVM]);
  limits.hold(b.seat, [KVM]);
  const gone = assert.rejects(ask(c), { code: "seat_ended" });
  void ask(d);
  await turn();
  c.leave.abort();
  await gone;
  assert.equal(d.places.at(-1), 1);
  const other = seat();
  await ask(other, [{ id: "other", hosts: undefined } as ClassRecord]);
  await ask(other, []);
  a.become("ended");
  await turn();
  assert.equal(d.admitted, true);
});

test("who has a host is never sent to the queue for a new one, and is counted once", { timeout: 5_000 }, async () => {
  const { ask, limits } = begin();
  const [a, b, c] = [seat(), seat(), seat()];
  await ask(a);
  await ask(b);
  void ask(c);
  await turn();
  a.become("starting");
  await ask(a);
  limits.hold(a.seat, [KVM]);
  assert.deepEqual([a.places, a.heardBy(), c.admitted], [[], 1, false]);
  a.become("failed");
  await turn();
  assert.deepEqual([a.heardBy(), c.admitted], [0, true], "nobody listens to who has gone");
});

test("an end that comes after the wait takes nobody else's place, and who had gone before it takes none", { timeout: 5_000 }, async () => {
  const { ask } = begin();
  const [a, b, c, d, gone] = [seat(), seat(), seat(), seat(), seat()];
  await ask(a);
  await ask(b);
  void ask(c);
  void ask(d);
  gone.leave.abort();
  await assert.rejects(ask(gone), { code: "seat_ended" });
  a.become("ended");
  await turn();
  assert.equal(c.admitted, true);
  c.leave.abort();
  c.become("ended");
  await turn();
  assert.equal(d.admitted, true);
});

test("while nobody waits, no host is parked for want of eyes", async () => {
  const { ask, parked } = begin();
  const a = seat();
  await ask(a);
  a.become("ready", true);
  assert.deepEqual(parked, []);
});

test("another limit lets in those who wait, in their order, and nobody past them", async () => {
  const { ask, limits } = begin();
  const [a, b, c, d, e] = [seat(), seat(), seat(), seat(), seat()];
  await ask(a);
  await ask(b);
  for (const one of [c, d]) void ask(one);
  await turn();
  limits.changed({ id: "another", hosts: 9 });
  limits.changed({ id: "kvm", hosts: 3 });
  await turn();
  assert.deepEqual([c.admitted, d.admitted, d.places.at(-1)], [true, false, 1]);
  void ask(e, [{ ...KVM, hosts: 4 }]);
  await turn();
  assert.deepEqual([d.admitted, e.admitted], [true, false], "who came first has what there is more");
  limits.changed({ id: "kvm" });
  await turn();
  assert.equal(e.admitted, true, "without a limit nobody waits");
});
