import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LabError } from "../errors.ts";
import { FakeHost, type FakeScript } from "../hosts/fake/fake-host.ts";
import { findGuestScreen, readGuestScreen } from "./guest-screen.ts";

/** What `virsh dumpxml --xpath --wrap` prints, as libvirt 11 does. */
const answer = (graphics: string, { name = "smartgo_01", id = ' id="3"' } = {}): string => `<nodes>\n${id}\n<name>${name}</name>\n${graphics}\n</nodes>\n`;
const vnc = (attributes: string, listen: string): string => answer(`<graphics type="vnc" ${attributes}>\n  ${listen}\n</graphics>`);
const failsWith = (code: string) => (thrown: unknown) => thrown instanceof LabError && thrown.code === code;

describe("the address of a guest's screen", () => {
  const found: readonly [string, string, object][] = [
    [
      "the loopback",
      vnc('port="5900" autoport="yes" listen="127.0.0.1"', '<listen type="address" address="127.0.0.1"/>'),
      { port: 5900, address: "127.0.0.1" },
    ],
    ["everywhere", vnc('port="5901" listen="0.0.0.0"', '<listen type="address" address="0.0.0.0"/>'), { port: 5901, address: "127.0.0.1" }],
    ["everywhere, IPv6", vnc('port="5901"', '<listen type="address" address="::"/>'), { port: 5901, address: "::1" }],
    ["a bridge", vnc('port="5902"', '<listen type="network" address="192.168.122.1" network="default"/>'), { port: 5902, address: "192.168.122.1" }],
    ["a name in place of an address", vnc('port="5902"', '<listen type="address" address="lab.example"/>'), { port: 5902, address: "127.0.0.1" }],
    ["a socket", vnc('socket="/run/vnc&amp;1.sock"', '<listen type="socket" socket="/run/vnc&amp;1.sock"/>'), { path: "/run/vnc&1.sock" }],
    [
      "VNC beside SPICE",
      answer('<graphics type="spice" port="5900"/>\n<graphics type="vnc" port="5903" listen="127.0.0.1"/>'),
      { port: 5903, address: "127.0.0.1" },
    ],
  ];
  for (const [what, xml, address] of found) test(what, () => assert.deepEqual(readGuestScreen(xml, "smartgo_01"), address));

  const none: readonly [string, string, string][] = [
    ["a guest that is off", answer('<graphics type="vnc" port="-1"/>', { id: "" }), "guest_off"],
    ["another guest, whose id is the name", answer("", { name: "other" }), "guest_off"],
    ["no graphics", answer(""), "no_screen"],
    ["SPICE alone", answer('<graphics type="spice" port="5900"/>'), "spice_only"],
    ["a port that is none", answer('<graphics type="vnc" port="-1"/>'), "no_screen"],
    ["a port beyond all", answer('<graphics type="vnc" port="70000"/>'), "no_screen"],
    ["a socket that is no path", answer('<graphics type="vnc"><listen type="socket" socket="run"/></graphics>'), "no_screen"],
    ["no XML", "<nodes", "guest_off"],
    ["nothing", "", "guest_off"],
  ];
  for (const [what, xml, code] of none) test(what, () => assert.throws(() => readGuestScreen(xml, "smartgo_01"), failsWith(code)));
});

describe("asking the host", () => {
  const host = (script: FakeScript): FakeHost =>
    new FakeHost({ template: "running", accelerator: { kind: "tcg", forced: false, reason: "no-nesting" }, vcpus: 1, memoryMiB: 1 }, script);

  test("the name reaches no shell", async () => {
    const asked = host(() => ({ stdout: answer('<graphics type="vnc" port="5900"/>', { name: "$(reboot)" }) }));
    assert.deepEqual(await findGuestScreen(asked, "$(reboot)"), { port: 5900, address: "127.0.0.1" });
    assert.equal(asked.commands[0]?.stdin, "$(reboot)\n");
    assert.ok(!asked.commands[0]?.command.includes("reboot"));
  });
  test("no such guest", async () => {
    const asked = host(() => ({ code: 1, stderr: "error: failed to get domain 'x'" }));
    await assert.rejects(findGuestScreen(asked, "x"), failsWith("guest_off"));
  });
  test("libvirt is away", async () => {
    const asked = host(() => ({ code: 1, stderr: "error: failed to connect to the hypervisor" }));
    await assert.rejects(findGuestScreen(asked, "x"), failsWith("host_not_ready"));
  });
});
