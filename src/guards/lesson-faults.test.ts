/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { pageFaults } from "./lesson-faults.ts";
import { readPage } from "./lessons.ts";

const CHAPTERS = [{ folder: "chapter" }, { folder: "exam", exam: true }];

const EN = `---
title: T
description: D
minutes: 10
sidebar: { order: 1 }
exercises: [one, two]
---

<Goals>

- be able

</Goals>

<Lab exercise="one" />
<Run on="host" command="virsh list" />
<Lab exercise="two" />
<Run command="virsh start x" on="host" fails />
<Question ask="a"></Question>
<Question ask="b"></Question>
<Question ask="c"></Question>

## Sources

- [virsh](https://libvirt.org/)
`;
const ZH = EN.replace("## Sources", "## 参考资料");

/** The faults of a lesson and its twin after a change to one of them. */
function faults(en: (source: string) => string, zh: (source: string) => string = (source) => source): readonly string[] {
  return pageFaults([readPage("chapter/a.mdx", en(EN)), readPage("zh-cn/chapter/a.mdx", zh(ZH))], CHAPTERS);
}
const both = (change: (source: string) => string) => faults(change, change);

test("a whole lesson with its twin has no fault", () => {
  assert.deepEqual(
    both((source) => source),
    [],
  );
});

test("what a lesson must have and has not is named with its file", () => {
  const lacks = (what: RegExp | string, fault: RegExp): void => {
    const found = both((source) => source.replace(what, ""));
    assert.equal(found.length, 2, found.join("\n"));
    assert.match(found[0] ?? "", /^chapter\/a\.mdx: /);
    assert.match(found[1] ?? "", /^zh-cn\/chapter\/a\.mdx: /);
    for (const line of found) assert.match(line, fault);
  };
  lacks("minutes: 10\n", /expected minutes in the front matter/);
  lacks("description: D\n", /expected description/);
  lacks("sidebar: { order: 1 }\n", /expected sidebar\.order/);
  lacks(/<Goals>[\s\S]*<\/Goals>/, /expected <Goals> once, found it 0 times/);
  lacks('<Question ask="b"></Question>', /expected 3 questions or more, found 2/);
  lacks(/## (Sources|参考资料)/, /expected the heading “## (Sources|参考资料)”/);
  lacks("(https://libvirt.org/)", /with links below it/);
  lacks('<Lab exercise="two" />', /expected <Lab exercise="two" \/> once/);
  lacks("virsh list", /expected a command/);
});

test("a lesson with one exercise needs no place for it in the text", () => {
  assert.deepEqual(
    both((source) => source.replace("[one, two]", "[one]").replaceAll(/<Lab.*\n/g, "")),
    [],
  );
});

test("a command to run needs a lab to run it in", () => {
  const [fault] = both((source) => source.replace("exercises: [one, two]\n", "").replaceAll(/<Lab.*\n/g, ""));
  assert.match(fault ?? "", /expected exercises in the front matter/);
});

test("a page without its twin is a fault, whichever language is missing", () => {
  assert.match(pageFaults([readPage("chapter/a.mdx", EN)], CHAPTERS).join(), /chapter\/a\.mdx: expected its twin in zh-cn/);
  assert.match(pageFaults([readPage("zh-cn/chapter/a.mdx", ZH)], CHAPTERS).join(), /zh-cn\/chapter\/a\.mdx: expected its twin in en/);
});

test("twins that do not do the same are a fault", () => {
  const differ = (change: (source: string) => string, fault: RegExp): void => {
    const [found, ...more] = faults((source) => source, change);
    assert.match(found ?? "none", fault);
    assert.deepEqual(more, []);
  };
  differ((source) => source.replace("virsh list", "virsh list --all"), /^zh-cn.*command 2: expected .*virsh list".* found .*--all/);
  differ((source) => source.replace(" fails", ""), /command 4/);
  differ((source) => source.replace("minutes: 10", "minutes: 20"), /minutes: expected 10/);
  differ((source) => source.replace("</Question>", '</Question><Question ask="d"></Question>'), /expected 3 questions as in chapter\/a\.mdx, found 4/);
  differ((source) => source.replace("order: 1", "order: 2"), /sidebar\.order: expected 1/);
});

test("the order of a tag's attributes is no difference", () => {
  assert.deepEqual(
    faults(
      (source) => source,
      (source) => source.replace('on="host" command="virsh list"', 'command="virsh list" on="host"'),
    ),
    [],
  );
});

test("two lessons in one place of the sidebar, and a folder that is no chapter, are faults", () => {
  const pages = [readPage("chapter/a.mdx", EN), readPage("zh-cn/chapter/a.mdx", ZH), readPage("chapter/b.mdx", EN), readPage("zh-cn/chapter/b.mdx", ZH)];
  assert.match(pageFaults(pages, CHAPTERS).join(), /^chapter\/b\.mdx: expected a sidebar\.order of its own, found 1, which chapter\/a\.mdx has$/);
  assert.match(pageFaults(pages, []).join("\n"), /expected a folder of src\/course\/chapters\.ts, found chapter/);
});

test("an exam needs neither questions nor sources in its text", () => {
  const exam = EN.replaceAll(/<Question.*\n/g, "").replace(/## Sources[\s\S]*/, "");
  const pages = [readPage("exam/a.mdx", exam), readPage("zh-cn/exam/a.mdx", exam)];
  assert.deepEqual(pageFaults(pages, CHAPTERS), []);
  assert.notDeepEqual(pageFaults(pages, [{ folder: "exam" }]), []);
});
