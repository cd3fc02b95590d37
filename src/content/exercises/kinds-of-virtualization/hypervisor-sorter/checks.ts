import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";

const PATH = "/root/sorter/cards.json";
const EXAMPLE = '{"cards": {"xen-pv": {"place": "type-1", "technique": "hardware"}}, "kvm_because": "a"}';

interface Card {
  readonly name: string;
  /** Every place and technique that is accepted. */
  readonly places: readonly string[];
  readonly techniques: readonly string[];
}
const card = (name: string, place: string, technique: string): Card => ({ name, places: [place], techniques: [technique] });

/**
 * The key, by the cards' names in the file. Disputed ones take both places: KVM with its reason, and bhyve, which is built like it.
 * QEMU/TCG translates block by block, so that `binary-translation` is right as well.
 */
export const KEY: Readonly<Record<string, Card>> = {
  "xen-pv": card("Xen PV", "type-1", "paravirtualization"),
  "xen-hvm": card("Xen HVM", "type-1", "hardware"),
  esxi: card("ESXi", "type-1", "hardware"),
  "hyper-v": card("Hyper-V", "type-1", "hardware"),
  kvm: { name: "KVM", places: ["type-1", "type-2"], techniques: ["hardware"] },
  virtualbox: card("VirtualBox", "type-2", "hardware"),
  "vmware-workstation": card("VMware Workstation", "type-2", "hardware"),
  "qemu-tcg": { name: "QEMU/TCG", places: ["type-2"], techniques: ["emulation", "binary-translation"] },
  bhyve: { name: "bhyve", places: ["type-1", "type-2"], techniques: ["hardware"] },
  lxc: card("LXC", "none", "none"),
  docker: card("Docker", "none", "none"),
  wine: card("Wine", "none", "none"),
};
const WITHOUT = ["lxc", "docker", "wine"];
const WITH = Object.keys(KEY).filter((id) => !WITHOUT.includes(id));

const sorterSchema = z.object({
  cards: z.record(z.string(), z.object({ place: z.string().default(""), technique: z.string().default("") })).default({}),
  kvm_because: z.string().default(""),
});
type Sorter = z.infer<typeof sorterSchema>;

type Axis = "place" | "technique";
const said = (sorter: Sorter, id: string, axis: Axis): string => (sorter.cards[id]?.[axis] ?? "").trim().toLowerCase();
const nameOf = (id: string): string => KEY[id]?.name ?? id;
const accepted = (id: string, axis: Axis): readonly string[] => (axis === "place" ? KEY[id]?.places : KEY[id]?.techniques) ?? [];

const LOOK = {
  en: `Ask three questions of each: who owns the bare machine? Whose kernel was changed? Does the processor help? \`nano ${PATH}\``,
  "zh-cn": `对每一张问三个问题：谁掌管裸机？谁的内核被修改过？处理器有没有帮忙？\`nano ${PATH}\``,
};

function noHypervisor(sorter: Sorter): Outcome {
  const expected = { en: "The cards without a hypervisor hold `none` twice.", "zh-cn": "没有虚拟机管理程序的卡片，两项都是 `none`。" };
  const claimed = WITH.find((id) => said(sorter, id, "place") === "none");
  if (claimed !== undefined) {
    return failed({
      expected,
      found: {
        en: `${nameOf(claimed)} is said to have none. It runs guests that have kernels of their own.`,
        "zh-cn": `${nameOf(claimed)} 被说成没有。可是它运行的客户机有自己的内核。`,
      },
      look: LOOK,
    });
  }
  const wrong = WITHOUT.find((id) => said(sorter, id, "place") !== "none" || said(sorter, id, "technique") !== "none");
  if (wrong === undefined) {
    return passed({
      en: "LXC and Docker share the host's kernel, and Wine is a library: no hypervisor in any of them.",
      "zh-cn": "LXC 和 Docker 共用宿主机的内核，Wine 是一套库：三者都没有虚拟机管理程序。",
    });
  }
  const place = said(sorter, wrong, "place");
  if (place === "") return failed({ expected, found: { en: "At least one card is not sorted yet.", "zh-cn": "至少有一张卡片还没有分类。" }, look: LOOK });
  if (place === "type-3") {
    return failed({
      expected,
      found: {
        en: `${nameOf(wrong)} is said to be type 3. That is no standard term: containers are processes of the host's kernel, and there is no hypervisor at all.`,
        "zh-cn": `${nameOf(wrong)} 被归为 3 型。这不是标准术语：容器是宿主机内核上的进程，根本没有虚拟机管理程序。`,
      },
      look: LOOK,
    });
  }
  return failed({
    expected,
    found: {
      en: `${nameOf(wrong)}: ${place} and ${said(sorter, wrong, "technique") || "nothing"}. No guest's kernel runs in it.`,
      "zh-cn": `${nameOf(wrong)}：${place} 和 ${said(sorter, wrong, "technique") || "空"}。它里面没有客户机内核在运行。`,
    },
    look: LOOK,
  });
}

const EXPECTED: Readonly<Record<Axis, Text>> = {
  place: { en: "Each of the nine is type-1 or type-2, by who owns the bare machine.", "zh-cn": "九张各为 type-1 或 type-2，看由谁掌管裸机。" },
  technique: {
    en: "Each of the nine has the technique that runs its guests' kernels: emulation, paravirtualization or hardware.",
    "zh-cn": "九张各写运行客户机内核的技术：emulation、paravirtualization 或 hardware。",
  },
};

/** The sentence for one wrong answer. */
function wrongAnswer(id: string, axis: Axis, answer: string): Text {
  if (axis === "technique" && id === "qemu-tcg" && answer === "hardware") {
    return {
      en: "QEMU/TCG is said to use the hardware. TCG translates every instruction in software; with the processor's help it would be KVM.",
      "zh-cn": "QEMU/TCG 被说成用硬件。TCG 用软件翻译每一条指令；有处理器帮忙的那种是 KVM。",
    };
  }
  if (axis === "technique" && answer === "paravirtualization" && accepted(id, "place").includes("type-1")) {
    return {
      en: `${nameOf(id)} is said to be paravirtual. Type 1 does not mean paravirtual: where a hypervisor stands says nothing of how it runs a kernel.`,
      "zh-cn": `${nameOf(id)} 被说成半虚拟化。1 型不等于半虚拟化：虚拟机管理程序在哪里，并不说明它怎样运行内核。`,
    };
  }
  if (axis === "technique" && answer === "binary-translation") {
    return {
      en: `${nameOf(id)} is said to translate. It did so before processors helped; today it uses the hardware.`,
      "zh-cn": `${nameOf(id)} 被说成二进制翻译。那是处理器还不帮忙的年代；如今它用硬件。`,
    };
  }
  if (id === "hyper-v" && axis === "place") {
    return {
      en: "Hyper-V is said to stand on Windows. It starts beneath it: the Windows that one sees is a guest with special rights.",
      "zh-cn": "Hyper-V 被说成建立在 Windows 之上。其实它先在下面启动：人们看到的 Windows 是一个有特权的客户机。",
    };
  }
  return { en: `${nameOf(id)} is said to be ${answer}.`, "zh-cn": `${nameOf(id)} 被归为 ${answer}。` };
}

function axis(which: Axis, right: Text): (sorter: Sorter) => Outcome {
  return (sorter) => {
    const open = WITH.filter((id) => said(sorter, id, which) === "");
    if (open.length > 0) {
      return failed({
        expected: EXPECTED[which],
        found: { en: `Still empty: ${open.map(nameOf).join(", ")}.`, "zh-cn": `还空着的：${open.map(nameOf).join("、")}。` },
        look: LOOK,
      });
    }
    const wrong = WITH.filter((id) => !accepted(id, which).includes(said(sorter, id, which)));
    const [first] = wrong;
    if (first === undefined) return passed(right);
    const why = wrongAnswer(first, which, said(sorter, first, which));
    const more = wrong.length - 1;
    return failed({
      expected: EXPECTED[which],
      found: {
        en: more === 0 ? why.en : `${why.en} ${more} more ${more === 1 ? "is" : "are"} wrong.`,
        "zh-cn": more === 0 ? why["zh-cn"] : `${why["zh-cn"]}另外还有 ${more} 张不对。`,
      },
      look: LOOK,
    });
  };
}

/** The reason that fits each place of KVM. */
const REASONS: Readonly<Record<string, string>> = { "type-1": "a", "type-2": "b" };
const NO_REASON: Readonly<Record<string, Text>> = {
  c: {
    en: "(c) argues with speed. Where a hypervisor stands decides nothing about speed; the technique and the path of I/O do.",
    "zh-cn": "（c）拿速度当理由。虚拟机管理程序在哪里与速度无关，技术和 I/O 路径才有关。",
  },
  d: {
    en: "(d) argues with QEMU. Who makes the devices is another question: Xen uses QEMU for that as well.",
    "zh-cn": "（d）拿 QEMU 当理由。设备由谁模拟是另一个问题：Xen 也用 QEMU 来做。",
  },
};

function kvm(sorter: Sorter): Outcome {
  const place = said(sorter, "kvm", "place");
  const reason = sorter.kvm_because.trim().toLowerCase();
  const expected = { en: "A place for KVM, and the reason that fits it.", "zh-cn": "给 KVM 定位，并给出相符的理由。" };
  const wanted = REASONS[place];
  if (wanted === undefined) {
    return failed({
      expected,
      found: {
        en: place === "" ? "KVM has no place yet." : `KVM is said to be ${place}.`,
        "zh-cn": place === "" ? "KVM 还没有定位。" : `KVM 被归为 ${place}。`,
      },
      look: LOOK,
    });
  }
  if (reason === wanted) {
    return passed({
      en: `KVM as ${place}, with its reason. The other view has its reason too; the question decides nothing about speed.`,
      "zh-cn": `KVM 归为 ${place}，理由相符。另一种看法也有它的理由；这个问题与速度无关。`,
    });
  }
  const other = {
    en: reason === "" ? "The reason is still empty." : `The reason is (${reason}), and KVM is said to be ${place}: they do not fit.`,
    "zh-cn": reason === "" ? "理由还空着。" : `理由是（${reason}），KVM 却归为 ${place}：两者不符。`,
  };
  return failed({ expected, found: NO_REASON[reason] ?? other, look: LOOK });
}

/** A judge of the learner's file, where it can be read. */
const about =
  (judge: (sorter: Sorter) => Outcome) =>
  ({ sorter }: { readonly sorter: Reported<Sorter> }): Outcome =>
    sorter.state === "read" ? judge(sorter.value) : (unusable(sorter, PATH, EXAMPLE) as Outcome);

export default defineChecks({
  baseline: {},
  facts: { sorter: reportAt(PATH, sorterSchema) },
  tasks: {
    "no-hypervisor": about(noHypervisor),
    place: about(axis("place", { en: "All nine stand where they belong.", "zh-cn": "九张的位置都对。" })),
    technique: about(
      axis("technique", {
        en: "One changed kernel, one emulator, seven with the processor's help.",
        "zh-cn": "一张修改了内核，一张靠模拟，七张有处理器帮忙。",
      }),
    ),
    kvm: about(kvm),
  },
});
