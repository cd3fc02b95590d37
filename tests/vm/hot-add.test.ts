import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Host } from "../../lab-server/hosts/backend.ts";
import { openRealBackend, type RealBackend } from "../support/real-backend.ts";

let lab: RealBackend;
let host: Host;
before(async () => {
  lab = await openRealBackend();
  host = await lab.backend.create({ template: "shut-off" });
});
after(() => lab?.close());

/** What a script of the host says. Fails when the script does. */
async function said(script: string): Promise<string> {
  const { code, stdout, stderr } = await host.exec(script, { timeoutMs: 200_000 });
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

test("CPUs that come as soon as a guest's agent answers are online, though nobody in it was listening yet", async () => {
  const unwatch = host.watch();
  await said(
    'virsh -q start smartgo_01; until virsh -q qemu-agent-command --timeout 3 smartgo_01 \'{"execute":"guest-ping"}\' 2>/dev/null; do sleep 0.2; done',
  );
  await said("virsh -q setvcpus smartgo_01 4 --live");
  const online = await said(
    'n=0; for try in $(seq 40); do n=$(virsh -q vcpucount smartgo_01 --guest 2>/dev/null); [ "$n" = 4 ] && break; sleep 1; done; echo "$n"',
  );
  assert.equal(online, "4");
  unwatch();
});
