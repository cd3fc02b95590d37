import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { jsonFrom, type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";

const PATH = "/root/ring/sort.json";
const EXAMPLE = '{"if_before": 0, "if_after": 0, "classes": {"hlt": "privileged"}, "why": "a"}';
const CLASSES = ["privileged", "sensitive", "harmless"] as const;
type Class = (typeof CLASSES)[number];

/** Popek and Goldberg's classes, on an x86 without UMIP: what the architecture says, whatever a newer processor hides. */
const KEY: Readonly<Record<string, Class>> = {
  hlt: "privileged",
  cli: "privileged",
  "mov-to-cr3": "privileged",
  lgdt: "privileged",
  popf: "sensitive",
  smsw: "sensitive",
  sgdt: "sensitive",
  "mov-from-cs": "sensitive",
  add: "harmless",
  nop: "harmless",
};

/** Runs POPF and each of the ten in a process of its own, so that the learner's files cannot colour what is seen. */
const FRESH_RUN = `exec python3 -I - <<'END'
import ctypes, json, mmap, os, signal
def function(code):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes.fromhex(code))
    return page, ctypes.CFUNCTYPE(ctypes.c_uint64)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
def faults(code):
    child = os.fork()
    if child == 0:
        page, run = function(code + "c3")
        run()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
codes = {"hlt": "f4", "cli": "fa", "mov-to-cr3": "0f22d8", "lgdt": "0f015424f0", "popf": "9c9d", "smsw": "0f01e0", "sgdt": "0f014424f0", "mov-from-cs": "8cc8", "add": "01c0", "nop": "90"}
before, after = function("9c58c3"), function("9c812424fffdffff9d9c58c3")
print(json.dumps({"before": before[1]() >> 9 & 1, "after": after[1]() >> 9 & 1, "faults": {name: faults(code) for name, code in codes.items()}}))
END
`;
const freshSchema = z.object({ before: z.int(), after: z.int(), faults: z.record(z.string(), z.boolean()) });
export type Fresh = z.infer<typeof freshSchema>;

const sortSchema = z.object({
  if_before: z.union([z.number(), z.string()]).nullish(),
  if_after: z.union([z.number(), z.string()]).nullish(),
  classes: z.record(z.string(), z.string()).default({}),
  why: z.string().nullish(),
});
export type Sort = z.infer<typeof sortSchema>;

function observed(sort: Sort, fresh: Fresh): Outcome {
  const expected = {
    en: "`if_before` and `if_after` hold what popf.py prints on this host.",
    "zh-cn": "`if_before` 和 `if_after` 是 popf.py 在这台宿主机上打印的值。",
  };
  const look = { en: "`python3 /root/ring/popf.py`", "zh-cn": "`python3 /root/ring/popf.py`" };
  const { if_before: before, if_after: after } = sort;
  if (before === undefined || before === null || after === undefined || after === null) {
    return failed({ expected, found: { en: "At least one of them is still empty.", "zh-cn": "至少有一个还空着。" }, look });
  }
  if (Number(before) === fresh.before && Number(after) === fresh.after) {
    return passed({
      en: `The flag was ${fresh.before} and is still ${fresh.after}: POPF changed nothing, and said nothing.`,
      "zh-cn": `标志原来是 ${fresh.before}，后来还是 ${fresh.after}：POPF 什么也没改，也没有任何提示。`,
    });
  }
  return failed({
    expected,
    found: {
      en: `The file says ${before} and ${after}. A fresh run says ${fresh.before} and ${fresh.after}: in ring 3, POPF leaves the interrupt flag as it is.`,
      "zh-cn": `文件里是 ${before} 和 ${after}。重新运行得到 ${fresh.before} 和 ${fresh.after}：在 3 环，POPF 不改变中断标志。`,
    },
    look,
  });
}

/** What is wrong with one answer; the mistakes that are worth it have a sentence of their own. */
function wrongClass(name: string, said: string, fresh: Fresh): Text {
  const ran = fresh.faults[name] === true ? { en: "it faulted", "zh-cn": "触发了异常" } : { en: "it did not fault", "zh-cn": "没有触发异常" };
  if (name === "popf" && said === "privileged") {
    return { en: "POPF is called privileged. It did not fault: that is the problem.", "zh-cn": "POPF 被归为特权指令。它没有触发异常：问题正在这里。" };
  }
  if (name === "cli" && said === "sensitive") {
    return {
      en: "CLI stands with POPF. CLI faults, because Linux runs programs with an IOPL of 0; POPF does not.",
      "zh-cn": "CLI 被放到了 POPF 一边。CLI 会触发异常，因为 Linux 让程序以 IOPL 0 运行；POPF 不会。",
    };
  }
  if ((name === "sgdt" || name === "smsw") && said === "harmless") {
    const upper = name.toUpperCase();
    return {
      en: `${upper} is called harmless. It reads a register that belongs to the kernel. What value it shows does not matter, and UMIP may hide it: the class is about reading without a fault.`,
      "zh-cn": `${upper} 被归为无害。它读取属于内核的寄存器。读到什么值并不重要，UMIP 也可能把值藏起来：分类看的是能否不触发异常就读到。`,
    };
  }
  if (name === "mov-from-cs" && said === "harmless") {
    return {
      en: "Reading CS is called harmless. Its lowest two bits are the ring: a guest's kernel can see that it is not in ring 0.",
      "zh-cn": "读取 CS 被归为无害。它的最低两位就是当前的环：客户机内核能看出自己不在 0 环。",
    };
  }
  return {
    en: `${name} is called ${said}. In a fresh run ${ran.en}.`,
    "zh-cn": `${name} 被归为 ${said}。重新运行时它${ran["zh-cn"]}。`,
  };
}

function sorted(sort: Sort, fresh: Fresh): Outcome {
  const expected = {
    en: "Each of the ten instructions is privileged, sensitive or harmless.",
    "zh-cn": "十条指令各属于 privileged、sensitive 或 harmless 之一。",
  };
  const names = Object.keys(KEY);
  const said = (name: string): string => (sort.classes[name] ?? "").trim().toLowerCase();
  const open = names.filter((name) => !CLASSES.some((one) => one === said(name)));
  if (open.length > 0) {
    return failed({
      expected,
      found: { en: `Without one of the three words: ${open.join(", ")}.`, "zh-cn": `还没有填三个词之一的：${open.join("、")}。` },
      look: {
        en: `\`python3 /root/ring/run.py ${open[0]}\` shows whether it faults. Then ask what it touches.`,
        "zh-cn": `\`python3 /root/ring/run.py ${open[0]}\` 可以看它是否触发异常，再问它碰了什么。`,
      },
    });
  }
  const wrong = names.filter((name) => said(name) !== KEY[name]);
  const first = wrong[0];
  if (first === undefined) {
    return passed({
      en: "Four privileged, four sensitive without a fault, two harmless.",
      "zh-cn": "四条特权指令，四条不触发异常的敏感指令，两条无害。",
    });
  }
  const why = wrongClass(first, said(first), fresh);
  const more = wrong.length - 1;
  return failed({
    expected,
    found: {
      en: more === 0 ? why.en : `${why.en} ${more} more ${more === 1 ? "is" : "are"} wrong.`,
      "zh-cn": more === 0 ? why["zh-cn"] : `${why["zh-cn"]}另外还有 ${more} 条不对。`,
    },
    look: {
      en: `Two questions, in this order: does \`python3 /root/ring/run.py ${first}\` fault? If not, does it read or change what belongs to the kernel?`,
      "zh-cn": `依次问两个问题：\`python3 /root/ring/run.py ${first}\` 会触发异常吗？如果不会，它读取或改变了属于内核的东西吗？`,
    },
  });
}

function why(sort: Sort): Outcome {
  const answer = (sort.why ?? "").trim().toLowerCase();
  const expected = { en: "`why` holds one of the letters a, b, c.", "zh-cn": "`why` 是字母 a、b、c 之一。" };
  const look = {
    en: "What popf.py printed: was there a fault, and did the flag change?",
    "zh-cn": "看 popf.py 打印的内容：有没有异常？标志变了没有？",
  };
  if (answer === "b") {
    return passed({
      en: "No fault, no call of the hypervisor. The guest's kernel goes on with interrupts that it believes to be off.",
      "zh-cn": "没有异常，就不会调用虚拟机管理程序。客户机内核以为中断已关，继续运行下去。",
    });
  }
  const found: Readonly<Record<string, Text>> = {
    a: { en: "(a) says that POPF faults. It does not: nothing is there to emulate.", "zh-cn": "（a）说 POPF 会触发异常。它不会，也就没有可以模拟的机会。" },
    c: {
      en: "(c) says that ring 3 can switch off the machine's interrupts. The flag did not change.",
      "zh-cn": "（c）说 3 环能关掉机器的中断。标志并没有变。",
    },
  };
  return failed({
    expected: answer === "a" || answer === "c" ? { en: "The letter of what really happens.", "zh-cn": "实际会发生的那一项的字母。" } : expected,
    found: found[answer] ?? { en: answer === "" ? "It is still empty." : `It holds “${answer}”.`, "zh-cn": answer === "" ? "它还空着。" : `它是“${answer}”。` },
    look,
  });
}

type Judge = (sort: Sort, fresh: Fresh) => Outcome;
/** A judge of the learner's file, where it can be read. */
const about =
  (judge: Judge) =>
  (facts: { readonly sort: Reported<Sort>; readonly fresh: Fresh }): Outcome => {
    const { sort } = facts;
    return sort.state === "read" ? judge(sort.value, facts.fresh) : (unusable(sort, PATH, EXAMPLE) as Outcome);
  };

export default defineChecks({
  baseline: {},
  facts: { sort: reportAt(PATH, sortSchema), fresh: jsonFrom(freshSchema, FRESH_RUN) },
  tasks: { observed: about(observed), sorted: about(sorted), why: about(why) },
});
