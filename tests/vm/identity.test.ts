import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Host } from "../../lab-server/hosts/backend.ts";
import { openRealBackend, type RealBackend } from "../support/real-backend.ts";

let real: RealBackend;
let twins: [Host, Host];

before(async () => {
  real = await openRealBackend();
  const one = await real.backend.create({ template: "running" });
  const two = await real.backend.create({ template: "running" });
  twins = [one, two];
});
after(() => real.close());

const said = async (host: Host, command: string): Promise<string> => {
  const result = await host.exec(command);
  assert.equal(result.code, 0, `${command}: ${result.stderr}`);
  return result.stdout.trim();
};

test("two clones side by side share no name, machine id, host key or random numbers", async () => {
  const questions = [
    "hostname",
    "cat /etc/hostname",
    "cat /etc/machine-id",
    "cat /etc/lab/authorized_keys",
    "ssh-keygen -y -f /etc/lab/ssh_host_ed25519_key",
    "head -c 64 /dev/urandom | base64 -w0",
    "cat /proc/sys/kernel/random/uuid",
  ];
  for (const question of questions) {
    const [one, two] = [await said(twins[0], question), await said(twins[1], question)];
    assert.notEqual(one, "", question);
    assert.notEqual(one, two, question);
  }
});

test("a clone's clock is the node's, in the host and in its guest", async () => {
  for (const host of twins) {
    const before = Date.now();
    const hostTime = Number(await said(host, "date +%s%3N"));
    assert.ok(Math.abs(hostTime - before) < 3_000, `the host's clock is ${hostTime - before} ms off`);
  }
  const guestTime = await said(
    twins[0],
    `for i in $(seq 20); do t=$(virsh -q -c qemu:///system domtime smartgo_01 | grep -o '[0-9]*'); [ $(( $(date +%s) - t )) -lt 5 ] && break; sleep 1; done; echo $t`,
  );
  assert.ok(Math.abs(Number(guestTime) * 1000 - Date.now()) < 8_000, `the guest's clock is at ${guestTime}`);
});

test("the prompt names the host, and the guest's prompt is its own", async () => {
  assert.match(twins[0].name, /^kvm-[a-z0-9]{6}$/);
  assert.equal(await said(twins[0], "hostname"), twins[0].name);
});

test("a clone has its guest running: 1 of 4 vCPUs, 512 of 1024 MiB", async () => {
  const facts = await said(
    twins[1],
    "virsh -q -c qemu:///system 'domstate smartgo_01; vcpucount smartgo_01 --live --active; vcpucount smartgo_01 --live --maximum; domstats smartgo_01 --balloon'",
  );
  assert.match(facts, /^running\s+1\s+4\s/);
  assert.match(facts, /balloon\.current=524288/);
  assert.match(facts, /balloon\.maximum=1048576/);
});
