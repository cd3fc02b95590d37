import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { type Reported, reportAt, textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";

const NAME = "smartgo_01";
/** A guest of a busy host is asked for this long. */
const GUEST_SECONDS = 12;
const PATH = "/root/detect/detect.json";
const EXAMPLE = '{"host": {"hypervisor": "xen", "kernel_says": "Xen", "virtio": ["virtio_net"]}, "guest": {…}, "guest_accelerator": "tcg"}';

const rowSchema = z.object({
  hypervisor: z.string().default(""),
  kernel_says: z.string().default(""),
  virtio: z.array(z.string()).default([]),
});
type Row = z.infer<typeof rowSchema>;
const detectSchema = z.object({ host: rowSchema, guest: rowSchema, guest_accelerator: z.string().default("") });
type Detect = z.infer<typeof detectSchema>;

const WHERE = { host: { en: "the host", "zh-cn": "宿主机" }, guest: { en: "the guest", "zh-cn": "客户机" } } as const;
type Place = keyof typeof WHERE;

/** The kernel's line and the drivers, in both places alike; a machine without virtio devices prints none. */
const KERNEL_AND_DRIVERS =
  "dmesg | sed -n 's/.*Booting paravirtualized kernel on /kernel: /p' | head -n 1; for d in /sys/bus/virtio/devices/*/driver; do readlink $d; done; true";
const ON_HOST = `echo "hypervisor: $(systemd-detect-virt)"; ${KERNEL_AND_DRIVERS}`;
const IN_GUEST = `LC_ALL=C lscpu | sed -n 's/^Hypervisor vendor: */hypervisor: /p'; ${KERNEL_AND_DRIVERS}`;

interface Reading {
  readonly hypervisor: string;
  readonly kernel: string;
  readonly drivers: readonly string[];
}

/** What the commands above printed. A machine that says nothing of a hypervisor runs on none. */
function readingOf(output: string): Reading {
  const lines = output.split("\n").map((line) => line.trim());
  const after = (mark: string): string | undefined =>
    lines
      .find((line) => line.startsWith(mark))
      ?.slice(mark.length)
      .trim();
  return {
    hypervisor: after("hypervisor:") ?? "none",
    kernel: after("kernel:") ?? "",
    drivers: lines.filter((line) => line.includes("/drivers/")).map((line) => line.slice(line.lastIndexOf("/") + 1)),
  };
}

/** Without case, spaces at the ends, quotes and a full stop: how people copy a word. */
const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^["“]|["”.]$/g, "");

const LOOK: Readonly<Record<Place, Readonly<Record<keyof Row, Text>>>> = {
  host: {
    hypervisor: { en: "`systemd-detect-virt` on the host.", "zh-cn": "在宿主机上运行 `systemd-detect-virt`。" },
    kernel_says: { en: "`dmesg | grep -i paravirt` on the host.", "zh-cn": "在宿主机上运行 `dmesg | grep -i paravirt`。" },
    virtio: {
      en: "`basename -a $(readlink /sys/bus/virtio/devices/*/driver)` on the host.",
      "zh-cn": "在宿主机上运行 `basename -a $(readlink /sys/bus/virtio/devices/*/driver)`。",
    },
  },
  guest: {
    hypervisor: { en: "`LC_ALL=C lscpu | grep Hypervisor` in the guest.", "zh-cn": "在客户机里运行 `LC_ALL=C lscpu | grep Hypervisor`。" },
    kernel_says: { en: "`dmesg | grep -i paravirt` in the guest.", "zh-cn": "在客户机里运行 `dmesg | grep -i paravirt`。" },
    virtio: {
      en: "`basename -a $(readlink /sys/bus/virtio/devices/*/driver)` in the guest.",
      "zh-cn": "在客户机里运行 `basename -a $(readlink /sys/bus/virtio/devices/*/driver)`。",
    },
  },
};

function wrong(place: Place, field: keyof Row, found: Text): Outcome {
  return failed({
    expected: {
      en: `\`${field}\` of \`${place}\` is what ${WHERE[place].en} itself says.`,
      "zh-cn": `\`${place}\` 的 \`${field}\` 是${WHERE[place]["zh-cn"]}自己给出的。`,
    },
    found,
    look: LOOK[place][field],
  });
}

const EMPTY = { en: "It is still empty.", "zh-cn": "它还空着。" };

function hypervisorFound(place: Place, said: string, reading: Reading, other: Reading | undefined): Text {
  if (said === "") return EMPTY;
  if (["none", "bare hardware", "bare metal", "physical"].includes(said)) {
    return {
      en: `The file says “${said}”, and there is a hypervisor. Perhaps the words were searched in another language: use \`LC_ALL=C\`.`,
      "zh-cn": `文件里是“${said}”，其实有虚拟机管理程序。也许是在别的语言的输出里查找英文单词：请用 \`LC_ALL=C\`。`,
    };
  }
  if (place === "host" && said === "kvm" && reading.hypervisor !== "kvm") {
    return {
      en: "The file says kvm. /dev/kvm is what this machine offers to its own guests; it says nothing of what the machine itself runs on.",
      "zh-cn": "文件里是 kvm。/dev/kvm 是这台机器提供给自己的客户机的，它不说明这台机器自己运行在什么之上。",
    };
  }
  if (place === "guest" && said === plain(other?.hypervisor ?? "")) {
    return { en: `The file says ${said}: that is what the host runs on.`, "zh-cn": `文件里是 ${said}：那是宿主机运行在其上的东西。` };
  }
  return { en: `The file says ${said}.`, "zh-cn": `文件里是 ${said}。` };
}

/** One place: the three fields, in order. `other` is the other place, to recognise values from there. */
function judgePlace(place: Place, row: Row, reading: Reading, other: Reading | undefined): Outcome {
  const hypervisor = plain(row.hypervisor);
  if (hypervisor !== plain(reading.hypervisor)) return wrong(place, "hypervisor", hypervisorFound(place, hypervisor, reading, other));
  const kernel = plain(row.kernel_says);
  if (kernel === "" || !(kernel === plain(reading.kernel) || kernel.endsWith(`kernel on ${plain(reading.kernel)}`))) {
    return wrong(place, "kernel_says", kernel === "" ? EMPTY : { en: `The file says “${row.kernel_says}”.`, "zh-cn": `文件里是“${row.kernel_says}”。` });
  }
  const said = [...new Set(row.virtio.map(plain))].sort();
  const drivers = [...new Set(reading.drivers)].sort();
  const missing = drivers.filter((one) => !said.includes(one));
  const extra = said.filter((one) => !drivers.includes(one));
  if (missing.length + extra.length > 0) {
    const parts = { en: [] as string[], "zh-cn": [] as string[] };
    if (missing.length > 0) {
      parts.en.push(`Not in the list: ${missing.length} of ${drivers.length}.`);
      parts["zh-cn"].push(`列表缺少 ${drivers.length} 个中的 ${missing.length} 个。`);
    }
    if (extra.length > 0) {
      parts.en.push(`Not in use there: ${extra.join(", ")}.`);
      parts["zh-cn"].push(`那里没有使用：${extra.join("、")}。`);
    }
    return wrong(place, "virtio", { en: parts.en.join(" "), "zh-cn": parts["zh-cn"].join("") });
  }
  return passed({
    en: `It runs on ${reading.hypervisor}, its kernel says “${reading.kernel}”, and ${drivers.length} virtio drivers are at work.`,
    "zh-cn": `它运行在 ${reading.hypervisor} 之上，内核的说法是“${reading.kernel}”，有 ${drivers.length} 个 virtio 驱动在工作。`,
  });
}

function accelerator(said: string, libvirt: LibvirtFacts): Outcome {
  const { enabled } = libvirt.monitor("kvm", z.object({ enabled: z.boolean() }));
  const answer = plain(said);
  const right = enabled ? "kvm" : "tcg";
  if (answer === right) {
    return passed({
      en: enabled
        ? "QEMU says that KVM is enabled: the guest's code runs on the processor of the host."
        : "QEMU says that KVM is disabled: TCG translates the guest's code.",
      "zh-cn": enabled ? "QEMU 说 KVM 已启用：客户机的代码直接在宿主机的处理器上运行。" : "QEMU 说 KVM 未启用：由 TCG 翻译客户机的代码。",
    });
  }
  const wrongGuess = {
    en: `The file says ${answer}. query-kvm says that KVM is ${enabled ? "enabled" : "not enabled"}, whatever the host itself runs on.`,
    "zh-cn": `文件里是 ${answer}。query-kvm 的回答是 KVM ${enabled ? "已启用" : "未启用"}，与宿主机自己运行在什么之上无关。`,
  };
  return failed({
    expected: { en: "`guest_accelerator` is what QEMU itself says, kvm or tcg.", "zh-cn": "`guest_accelerator` 是 QEMU 自己给出的，kvm 或 tcg。" },
    found: answer === "" ? EMPTY : wrongGuess,
    look: { en: `\`virsh qemu-monitor-command ${NAME} --hmp info kvm\``, "zh-cn": `\`virsh qemu-monitor-command ${NAME} --hmp info kvm\`` },
  });
}

interface Facts {
  readonly said: Reported<Detect>;
  readonly host: string;
  readonly libvirt: LibvirtFacts;
}
/** A judge of the learner's file, where it can be read. */
const about =
  (judge: (said: Detect, facts: Facts) => Outcome) =>
  (facts: Facts): Outcome => {
    const { said } = facts;
    return said.state === "read" ? judge(said.value, facts) : (unusable(said, PATH, EXAMPLE) as Outcome);
  };

export default defineChecks({
  baseline: {},
  facts: {
    said: reportAt(PATH, detectSchema),
    host: textFrom(ON_HOST),
    libvirt: libvirtFacts({
      monitor: { kvm: { guest: NAME, execute: "query-kvm" } },
      inside: { reading: { guest: NAME, command: IN_GUEST } },
      seconds: GUEST_SECONDS,
    }),
  },
  tasks: {
    host: about(({ host }, facts) => judgePlace("host", host, readingOf(facts.host), undefined)),
    guest: about(
      ({ guest }, { host, libvirt }) =>
        notRunning(libvirt.state(NAME)) ?? judgePlace("guest", guest, readingOf(libvirt.inside("reading").output), readingOf(host)),
    ),
    accelerator: about(({ guest_accelerator }, { libvirt }) => notRunning(libvirt.state(NAME)) ?? accelerator(guest_accelerator, libvirt)),
  },
});
