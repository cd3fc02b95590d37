import assert from "node:assert/strict";
import { test } from "node:test";
import type { Parameters } from "../contract/parameters.ts";
import { describeValues, drawParameters, keepDrawn, learnerSeed } from "./draw-parameters.ts";

const PARAMETERS: Parameters = {
  vcpus: { from: 2, to: 4, step: 1 },
  memory: { from: 600, to: 900, step: 20 },
  guest: { oneOf: ["web_03", "web_07", "db_11"] },
  large: { from: 0, to: 1_000_000_000, step: 1 },
};

// The values were computed by another program, from the description of the method alone.
test("a seed draws the same values everywhere and for ever", () => {
  assert.deepEqual(drawParameters(PARAMETERS, "1"), { vcpus: 4, memory: 720, guest: "web_03", large: 358772020 });
  assert.deepEqual(drawParameters(PARAMETERS, "2"), { vcpus: 4, memory: 840, guest: "web_03", large: 249238773 });
  assert.equal(
    learnerSeed(Buffer.alloc(32, 7), { learner: "ada", exercise: "cpu-hot-add", attempt: 1 }),
    "c04d0b6bb2dde2b235d8e3fdd30d8441c58f5f0f23fffbc207feb47ce5c14ed1",
  );
});

test("what would make some values likelier than others is drawn again", () => {
  // Of the first 348,196 seeds the only one whose first number lies beyond the last whole multiple of the count; taken as it is, it would give 90,218,328.
  assert.deepEqual(drawParameters({ large: { from: 0, to: 1_000_000_000, step: 1 } }, "348195"), { large: 433147594 });
});

test("learner, exercise, attempt and key each make another seed, and nothing runs together", () => {
  const key = Buffer.alloc(32, 1);
  const seeds = [
    learnerSeed(key, { learner: "ada", exercise: "a", attempt: 1 }),
    learnerSeed(key, { learner: "bob", exercise: "a", attempt: 1 }),
    learnerSeed(key, { learner: "ada", exercise: "b", attempt: 1 }),
    learnerSeed(key, { learner: "ada", exercise: "a", attempt: 2 }),
    learnerSeed(key, { learner: "adaa", exercise: "", attempt: 1 }),
    learnerSeed(Buffer.alloc(32, 2), { learner: "ada", exercise: "a", attempt: 1 }),
  ];
  assert.equal(new Set(seeds).size, seeds.length);
});

test("a parameter that is added leaves the others as they were", () => {
  const { memory, ...others } = drawParameters(PARAMETERS, "x");
  const { memory: _, ...fewer } = PARAMETERS;
  assert.deepEqual(drawParameters(fewer, "x"), others);
  assert.equal(typeof memory, "number");
});

test("every value comes, each about as often as the others, and parameters of one learner do not go together", () => {
  const draws = Array.from({ length: 9000 }, (_, index) => drawParameters(PARAMETERS, String(index)));
  const counts = (of: (draw: (typeof draws)[number]) => unknown): number[] => [...Map.groupBy(draws, of).values()].map((same) => same.length);
  for (const [of, values] of [
    [({ vcpus }: (typeof draws)[number]) => vcpus, 3],
    [({ guest }: (typeof draws)[number]) => guest, 3],
    [({ memory }: (typeof draws)[number]) => memory, 16],
    [({ vcpus, guest }: (typeof draws)[number]) => `${vcpus} ${guest}`, 9],
  ] as const) {
    const found = counts(of);
    assert.equal(found.length, values);
    const mean = draws.length / values;
    const chiSquare = found.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
    // Far beyond what chance does with so few degrees of freedom; the seeds are fixed, so it is no matter of luck.
    assert.ok(chiSquare < 3 * values + 10, `${values} values: ${chiSquare}`);
  }
  const large = draws.map((draw) => Number(draw["large"]));
  assert.ok(Math.max(...large) > 999_000_000 && Math.min(...large) < 1_000_000);
  assert.ok(draws.every(({ memory }) => Number(memory) % 20 === 0 && Number(memory) >= 600 && Number(memory) <= 900));
});

test("who has begun keeps what was drawn when the exercise changes; what is new is drawn", () => {
  const changed: Parameters = { vcpus: { from: 5, to: 8, step: 1 }, guest: { oneOf: [1, 2] }, title: { oneOf: ["a", "b"] } };
  const drawn = drawParameters(changed, "s");
  assert.deepEqual(keepDrawn({ vcpus: 2, guest: "web_03", gone: 4 }, changed, "s"), { vcpus: 2, guest: drawn["guest"], title: drawn["title"] });
});

test("values in words", () => {
  assert.equal(describeValues({ vcpus: 3, guest: "web_03" }), "vcpus=3, guest=web_03");
});
