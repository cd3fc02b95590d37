import assert from "node:assert/strict";
import { test } from "node:test";
import { guestCpus } from "../grading/probes/guest.ts";
import { readableFacts } from "./readable.ts";

const cpus = "@names@smartgo_01\n@state@running\n@liveVcpus@4\n@configVcpus@1\n@end@\n";

test("facts are told as the judges read them; what is not known is a question mark", () => {
  const [shown] = readableFacts({ guest: guestCpus("smartgo_01") }, { guest: { status: 0, output: cpus } });
  const values = new Map(shown?.values.map(({ name, value }) => [name, value]));
  assert.deepEqual([values.get("state"), values.get("liveVcpus"), values.get("bootId")], ["running", "4", "?"]);
  assert.equal(shown?.said, cpus);
});

test("what the host says is bounded and has no control characters, and a probe that cannot read it shows it all the same", () => {
  const output = `\x1b[2J${"y".repeat(20_000)}`;
  const probe = {
    script: "",
    read: (): never => {
      throw new Error("no");
    },
  };
  const [shown] = readableFacts({ one: probe }, { one: { status: 3, output } });
  assert.deepEqual(shown?.values, [{ name: "exit status", value: "3" }]);
  assert.ok((shown?.said.length ?? 0) < 9000 && !shown?.said.includes("\x1b"));
  const many = { script: "", read: () => Array.from({ length: 500 }, (_, index) => index) };
  assert.ok((readableFacts({ many }, { many: { status: 0, output: "" } })[0]?.values.length ?? 0) <= 80);
});
