import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CompletionContext } from "@codemirror/autocomplete";
import { xmlLanguage } from "@codemirror/lang-xml";
import { EditorState } from "@codemirror/state";
import { elementAt, rootNames } from "./schema-table.ts";
import { completeLibvirt } from "./xml-complete.ts";
import { faultsOf } from "./xml-faults.ts";

const stateOf = (doc: string): EditorState => EditorState.create({ doc, extensions: [xmlLanguage] });

/** What is offered at `|`. */
function offered(marked: string, explicit = false): string[] {
  const pos = marked.indexOf("|");
  const result = completeLibvirt(new CompletionContext(stateOf(marked.replace("|", "")), pos, explicit));
  return (result?.options ?? []).map(({ label }) => label);
}
const faults = (doc: string): [string, string, string][] => faultsOf(stateOf(doc)).map(({ kind, name, other }) => [kind, name, other]);

const within = (inner: string): string => `<domain type='kvm'>\n  <devices>\n    ${inner}\n  </devices>\n</domain>\n`;

test("a document begins with one of libvirt's", () => {
  assert.deepEqual(rootNames(), ["domain", "network", "pool", "volume"]);
  assert.deepEqual(offered("<|"), ["domain", "network", "pool", "volume"]);
});

test("an element is offered where it may stand", () => {
  assert.ok(offered(within("<|")).includes("disk"));
  assert.ok(offered(within("<disk type='file'><ta|")).includes("target"));
  assert.ok(!offered(within("<disk type='file'><ta|")).includes("interface"));
  assert.ok(offered("<domain><vcp|</domain>").includes("vcpu"));
  assert.ok(offered("<network><|</network>").includes("bridge"));
  assert.ok(offered("<pool type='dir'><target><|</target></pool>").includes("path"));
  assert.deepEqual(offered("<wedding><|</wedding>"), []);
  assert.ok(offered("<domain>\n  |\n</domain>", true).includes("<memory"));
  assert.deepEqual(offered("<domain>\n  |\n</domain>"), []);
});

test("attributes are offered but for those that are there, and values by element and attribute", () => {
  assert.deepEqual(offered(within("<disk type='file'><target dev='vda' |/></disk>"), true).sort(), ["bus", "removable", "rotation_rate", "tray"]);
  assert.ok(offered(within("<disk type='file'><target dev='vda' b|/></disk>")).includes("bus"));
  assert.ok(offered(within("<disk type='file'><target dev='vda' bus='|'/></disk>")).includes("virtio"));
  assert.ok(offered(within("<disk type='file'><target dev='vda' bus='vi|'/></disk>")).includes("virtio"));
  assert.ok(offered(within("<interface type='network'><model type='|'/></interface>")).includes("e1000e"));
  assert.ok(offered(within("<memballoon model='|'/>")).includes("virtio"));
  assert.deepEqual(offered("<network><forward mode='|'/></network>").includes("nat"), true);
  assert.ok(offered("<domain><on_reboot>|</on_reboot></domain>").includes("restart"));
  assert.deepEqual(offered("<domain><devices></|</domain>"), ["devices"]);
});

test("the schema says the same in every place: a source of a disk is none of an interface", () => {
  assert.ok(elementAt(["domain", "devices", "disk", "source"])?.attributes.has("file"));
  assert.ok(!elementAt(["domain", "devices", "interface", "source"])?.attributes.has("file"));
  assert.ok(elementAt(["domain", "devices", "interface", "source"])?.attributes.has("network"));
  assert.equal(elementAt(["domain", "vcpuu"]), undefined);
  assert.equal(elementAt(["domain", "metadata", "whatever", "deep"])?.anything, true);
});

test("the lab's own guest has no fault", () => {
  const xml = readFileSync(new URL("../../../../lab-host/host/smartgo.xml", import.meta.url), "utf8");
  assert.deepEqual(faults(xml), []);
  assert.deepEqual(faults("<domain type='kvm' xmlns:qemu='http://x'><qemu:commandline><qemu:arg value='-s'/></qemu:commandline></domain>"), []);
  assert.deepEqual(faults("<?xml version='1.0'?>\n<!-- a comment -->\n<network><name>a &amp; b</name></network>\n"), []);
  assert.deepEqual(faults("<any><thing x='1'/></any>"), []);
});

test("what is no XML is named at its place", () => {
  assert.deepEqual(faults("<domain><vcpuu>4</vcpu></domain>"), [
    ["unknownElement", "vcpuu", "domain"],
    ["mismatched", "vcpu", "vcpuu"],
  ]);
  assert.deepEqual(faults("<a><b></a>"), [["unclosed", "b", ""]]);
  assert.deepEqual(faults("<a/></b>"), [["notOpen", "b", ""]]);
  assert.ok(faults("<a>").some(([kind, name]) => kind === "unclosed" && name === "a"));
  assert.ok(faults("<a x='1' x='2'/>").some(([kind, name]) => kind === "twice" && name === "x"));
  assert.ok(faults("<a>1 & 2</a>").some(([kind]) => kind === "entity" || kind === "syntax"));
  assert.ok(faults("<a x=1/>").some(([kind]) => kind === "syntax"));
  assert.ok(faults("<a/><b/>").some(([kind, name]) => kind === "secondRoot" && name === "b"));
  assert.ok(faults("hello").some(([kind]) => kind === "noRoot"));
});

test("names and values that libvirt does not have are warned of", () => {
  assert.deepEqual(faults(within("<disk type='file'><target dev='vda' bus='virtoi'/></disk>"))[0]?.slice(0, 2), ["unknownValue", "virtoi"]);
  assert.deepEqual(faults(within("<disk tpye='file'/>")), [["unknownAttribute", "tpye", "disk"]]);
  assert.deepEqual(faults(within("<dsik type='file'/>")), [["unknownElement", "dsik", "devices"]]);
});
