/// <reference types="node" />
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { glossaryEntrySchema } from "./glossary.ts";
import { byLetter, letterOf } from "./glossary-order.ts";

test("a Chinese term stands under the letter of its Pinyin, a Latin one under its own", () => {
  const letters = { 半虚拟化: "B", 宿主机: "S", 客户机: "K", 域: "Y", 自动启动: "Z", 特权级: "T", 内核: "N", 存储池: "C", 敏感指令: "M", 后备文件: "H" };
  for (const [term, letter] of Object.entries(letters)) assert.equal(letterOf(term), letter, term);
  assert.equal(letterOf("virtio"), "V");
  assert.equal(letterOf("/dev/kvm"), "D");
  assert.equal(letterOf("…"), "#");
});

test("terms are in the order in which readers look for them", () => {
  const order = (terms: string[], locale: "en" | "zh-cn") => byLetter(terms, (term) => term, locale).flatMap(([, group]) => group);
  assert.deepEqual(order(["VM exit", "driver", "/dev/kvm", "vhost", "DIMM"], "en"), ["/dev/kvm", "DIMM", "driver", "vhost", "VM exit"]);
  assert.deepEqual(order(["中断", "宿主机", "半虚拟化", "快照", "客户机"], "zh-cn"), ["半虚拟化", "客户机", "快照", "宿主机", "中断"]);
});

test("every entry of the glossary is whole in both languages, and has an id and a name of its own", async () => {
  const text = await readFile(new URL("../content/glossary.yaml", import.meta.url), "utf8");
  const entries = z.array(glossaryEntrySchema).parse(parse(text));
  for (const key of ["id", "en", "zh-cn"] as const) {
    const seen = new Set<string>();
    for (const entry of entries) {
      const value = key === "id" ? entry.id : entry.term[key];
      assert.ok(!seen.has(value), `${key} ${value} is there twice`);
      seen.add(value);
    }
  }
});
