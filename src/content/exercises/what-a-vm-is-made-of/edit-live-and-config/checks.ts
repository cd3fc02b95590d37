import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { ifKnown } from "../../../../../lab-server/grading/fact.ts";
import { fileAt, type HostFile, textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, type LibvirtGuest, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const NAME = "smartgo_01";
const TITLE = "SmartGo 01";
const VCPUS = 6;
const LIVE = "/root/xml/live.xml";
const CONFIG = "/root/xml/config.xml";
const FILE = `/etc/libvirt/qemu/${NAME}.xml`;

/** Which run of QEMU this is: its pid and the clock ticks at its start. Empty while the guest is off. */
const qemuRun = textFrom(
  `pid=$(cat /run/libvirt/qemu/${NAME}.pid 2>/dev/null) && sed 's/.*) //' /proc/$pid/stat 2>/dev/null | awk -v pid=$pid '{print pid, $20}'; true`,
);

export interface Facts {
  readonly libvirt: LibvirtFacts;
  readonly run: string;
  readonly live: HostFile;
  readonly config: HostFile;
  readonly file: HostFile;
}
export interface Baseline {
  readonly libvirt: LibvirtFacts;
  readonly run: string;
}

const title = (xml: Xml): string => xml.value("/domain/title")?.trim() ?? "";
const isNew = (xml: Xml): boolean => title(xml) === TITLE && xml.number("/domain/vcpu") === VCPUS;
const told = (xml: Xml): { en: string; "zh-cn": string } => ({
  en: `the title is “${title(xml)}”, the maximum ${xml.value("/domain/vcpu") ?? "-"}`,
  "zh-cn": `标题是“${title(xml)}”，上限是 ${xml.value("/domain/vcpu") ?? "-"}`,
});

/** A learner's file as a definition; undefined when it is none. */
function definition(file: HostFile): Xml | undefined {
  if (file.state !== "read") return undefined;
  const xml = new Xml(file.text);
  return ifKnown(() => xml.value("/domain/name")) === undefined ? undefined : xml;
}

function edited(facts: Facts, before: LibvirtGuest | undefined): Outcome {
  const expected = {
    en: `The stored definition of ${NAME} has the title “${TITLE}” and a maximum of ${VCPUS} vCPUs.`,
    "zh-cn": `${NAME} 保存的定义里，标题是“${TITLE}”，vCPU 上限是 ${VCPUS}。`,
  };
  const look = {
    en: `\`virsh dumpxml --inactive ${NAME}\`: the elements title and vcpu.`,
    "zh-cn": `\`virsh dumpxml --inactive ${NAME}\`：看 title 和 vcpu 两个元素。`,
  };
  const guest = facts.libvirt.guest(NAME);
  const xml = guest?.config;
  if (guest === undefined || xml === undefined) {
    return failed({
      expected,
      found: { en: "libvirt keeps no definition of this guest.", "zh-cn": "libvirt 没有保存这台客户机的定义。" },
      look: { en: "`virsh list --all`. Reset the host to begin again.", "zh-cn": "看 `virsh list --all`。请重置宿主机，重新开始。" },
    });
  }
  if (before !== undefined && (guest.uuid !== before.uuid || xml.value("//interface/mac/@address") !== before.config?.value("//interface/mac/@address"))) {
    return failed({
      expected,
      found: {
        en: "It is another machine than before: its UUID or its MAC address has changed.",
        "zh-cn": "它已经不是原来那台机器：UUID 或 MAC 地址变了。",
      },
      look: {
        en: "A definition that was undefined and defined again must keep its UUID and MAC address. `virsh edit` keeps them by itself. Reset the host to begin again.",
        "zh-cn": "取消定义后再定义，必须保留 UUID 和 MAC 地址；`virsh edit` 会自动保留。请重置宿主机，重新开始。",
      },
    });
  }
  if (isNew(xml)) return passed({ en: `Stored: ${told(xml).en}.`, "zh-cn": `保存的定义：${told(xml)["zh-cn"]}。` });
  const file = definition(facts.file);
  if (file !== undefined && isNew(file)) {
    return failed({
      expected,
      found: {
        en: `${FILE} says so, but libvirt does not: it keeps the definition that it has read, and does not notice edits of the file.`,
        "zh-cn": `${FILE} 里是这样写的，但 libvirt 不知道：它用的是自己读入的那份，不会注意到文件被改过。`,
      },
      look: {
        en: `Compare the file with \`virsh dumpxml --inactive ${NAME}\`, then change the definition through libvirt: \`virsh edit ${NAME}\`.`,
        "zh-cn": `把文件和 \`virsh dumpxml --inactive ${NAME}\` 对照着看，然后通过 libvirt 修改：\`virsh edit ${NAME}\`。`,
      },
    });
  }
  return failed({ expected, found: { en: `Stored: ${told(xml).en}.`, "zh-cn": `保存的定义：${told(xml)["zh-cn"]}。` }, look });
}

function saved(facts: Facts, before: LibvirtGuest | undefined): Outcome {
  const expected = {
    en: `${LIVE} holds the live definition before the restart, ${CONFIG} the new stored one.`,
    "zh-cn": `${LIVE} 里是重启前的运行时定义，${CONFIG} 里是新的持久定义。`,
  };
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected,
      found: { en, "zh-cn": zh },
      look: {
        en: `A live definition has an id in its first line: \`head -n 1 ${LIVE} ${CONFIG}\`. The old live definition ends with the old run: if it is gone, reset the host.`,
        "zh-cn": `运行时定义的第一行带有 id：\`head -n 1 ${LIVE} ${CONFIG}\`。旧的运行时定义随那次运行一起结束；如果已经没有了，请重置宿主机。`,
      },
    });
  const live = definition(facts.live);
  if (live === undefined) return wrong(`${LIVE} holds no definition of a guest.`, `${LIVE} 里没有客户机的定义。`);
  const config = definition(facts.config);
  if (config === undefined) return wrong(`${CONFIG} holds no definition of a guest.`, `${CONFIG} 里没有客户机的定义。`);
  if (!live.has("/domain/@id")) return wrong(`${LIVE} is a stored definition: it has no id.`, `${LIVE} 里是持久定义：没有 id。`);
  if (isNew(live)) return wrong(`${LIVE} is already the new one: it was saved after the restart.`, `${LIVE} 里已经是新的定义：它是重启之后才存的。`);
  if (config.has("/domain/@id")) {
    return wrong(
      `${CONFIG} is a live definition: it has an id. It was saved without the option for the stored one.`,
      `${CONFIG} 里是运行时定义：有 id。保存时少了取持久定义的选项。`,
    );
  }
  if (!isNew(config)) return wrong(`${CONFIG} is the old definition: ${told(config).en}.`, `${CONFIG} 里还是旧定义：${told(config)["zh-cn"]}。`);
  const uuid = before?.uuid;
  if (live.value("/domain/uuid") !== uuid || config.value("/domain/uuid") !== uuid) {
    return wrong(
      `One of the files is about another machine: its UUID is not that of ${NAME} at the start.`,
      `有一个文件说的是另一台机器：UUID 不是开始时 ${NAME} 的。`,
    );
  }
  return passed({ en: "Two definitions of one guest, and they differ.", "zh-cn": "同一台客户机的两份定义，内容不同。" });
}

function powerCycled(facts: Facts, baseline: Baseline): Outcome {
  const expected = { en: `${NAME} runs by the new definition.`, "zh-cn": `${NAME} 按新定义运行。` };
  const look = {
    en: `\`virsh dumpxml ${NAME}\`: title and vcpu. The running machine gets a new definition only when QEMU starts anew.`,
    "zh-cn": `看 \`virsh dumpxml ${NAME}\` 的 title 和 vcpu。只有 QEMU 重新启动，运行中的机器才会换成新定义。`,
  };
  const guest = facts.libvirt.guest(NAME);
  if (guest?.live === undefined) {
    return failed({
      expected,
      found: { en: "It is switched off.", "zh-cn": "它没有开机。" },
      look: { en: `\`virsh start ${NAME}\`.`, "zh-cn": `\`virsh start ${NAME}\`。` },
    });
  }
  if (facts.run === baseline.run) {
    return failed({
      expected,
      found: {
        en: `It is still the same QEMU process as at the start (${baseline.run.split(" ")[0]}). A reboot inside does not change that.`,
        "zh-cn": `还是开始时的那个 QEMU 进程（${baseline.run.split(" ")[0]}）。在内部重启不会改变这一点。`,
      },
      look,
    });
  }
  if (!isNew(guest.live)) {
    return failed({
      expected,
      found: {
        en: `It was started anew, but by the old definition: ${told(guest.live).en}.`,
        "zh-cn": `它重新启动过，但用的是旧定义：${told(guest.live)["zh-cn"]}。`,
      },
      look,
    });
  }
  if (guest.uuid !== baseline.libvirt.guest(NAME)?.uuid) {
    return failed({
      expected,
      found: { en: "What runs is another machine: its UUID has changed.", "zh-cn": "正在运行的是另一台机器：UUID 变了。" },
      look,
    });
  }
  return passed({ en: `A new QEMU process, and ${told(guest.live).en}.`, "zh-cn": `QEMU 进程是新的，${told(guest.live)["zh-cn"]}。` });
}

export default defineChecks({
  baseline: { libvirt: libvirtFacts(), run: qemuRun },
  facts: { libvirt: libvirtFacts(), run: qemuRun, live: fileAt(LIVE), config: fileAt(CONFIG), file: fileAt(FILE) },
  tasks: {
    edited: (facts, { libvirt }) => edited(facts, libvirt.guest(NAME)),
    saved: (facts, { libvirt }) => saved(facts, libvirt.guest(NAME)),
    "power-cycled": (facts, baseline) => powerCycled(facts, baseline),
  },
});
