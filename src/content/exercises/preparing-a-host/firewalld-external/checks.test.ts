import assert from "node:assert/strict";
import { test } from "node:test";
import checks, { type Firewall } from "./checks.ts";

const STORED = {
  name: "external",
  xml: "<?xml version='1.0'?><zone><service name='ssh'/><port port='5920-5950' protocol='tcp'/><masquerade/><interface name='lab0'/></zone>",
};
const AT_START: Firewall = { zones: { libvirt: ["virbr0"], public: [] }, ports: [], masquerade: true, stored: [] };
const DONE: Firewall = { zones: { libvirt: ["virbr0"], external: ["lab0"] }, ports: [["5920-5950", "tcp"]], masquerade: true, stored: [STORED] };

function failedIn(firewall: Firewall, virbr0?: string): string[] {
  const report = virbr0 === undefined ? ({ state: "absent" } as const) : ({ state: "read", value: { masquerade: true, virbr0 } } as const);
  return Object.entries(checks.tasks)
    .filter(([, judge]) => judge({ firewall, report }, {}).outcome === "failed")
    .map(([task]) => task);
}

test("the start, and the goal", () => {
  assert.deepEqual(failedIn(AT_START), ["runtime", "permanent", "report"]);
  assert.deepEqual(failedIn(DONE, "libvirt"), []);
  assert.deepEqual(failedIn({ zones: null, ports: null, masquerade: null, stored: [] }), ["runtime", "permanent", "guests", "report"]);
});

test("one of the two configurations is half of it", () => {
  assert.deepEqual(failedIn({ ...AT_START, stored: [STORED] }, "libvirt"), ["runtime"]);
  assert.deepEqual(failedIn({ ...DONE, stored: [] }, "libvirt"), ["permanent"]);
});

test("other ports, and more ports, are not these", () => {
  assert.deepEqual(failedIn({ ...DONE, ports: [["5920-5949", "tcp"]] }, "libvirt"), ["runtime"]);
  assert.deepEqual(failedIn({ ...DONE, ports: [["5920-5950", "udp"]] }, "libvirt"), ["runtime"]);
  assert.deepEqual(failedIn({ ...DONE, ports: [["5900-5999", "tcp"]] }, "libvirt"), ["runtime"]);
  assert.deepEqual(
    failedIn(
      {
        ...DONE,
        ports: [
          ["5920-5930", "tcp"],
          ["5931-5950", "tcp"],
        ],
      },
      "libvirt",
    ),
    [],
  );
});

test("the guests' bridge stays, and the report says where", () => {
  assert.deepEqual(failedIn({ ...DONE, zones: { external: ["lab0", "virbr0"] } }, "external"), ["guests", "report"]);
  assert.deepEqual(failedIn({ ...DONE, stored: [STORED, { name: "public", xml: "<zone><interface name='virbr0'/></zone>" }] }, "libvirt"), ["guests"]);
});
