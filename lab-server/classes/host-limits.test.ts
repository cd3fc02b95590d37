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
  return { seat: { subscribe } as unknown as Seat, become, places: [] as number[], admitted: false, leave: new AbortController() };
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
