import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { jsonFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";

const FIRST = "smartgo_01";
const SECOND = "smartgo_02";
const LINK = `/etc/libvirt/qemu/autostart/${FIRST}.xml`;
const TARGET = `/etc/libvirt/qemu/${FIRST}.xml`;
const NOTE = "/run/libvirt/qemu/autostarted";

/**
 * What the host itself has on a start with it. Times in seconds since 1970, 0 where there is no such file: `noted` is when libvirt last did its
 * autostart (libvirt 11.3 makes the file about a second before the first guest), `started` when QEMU began.
 */
const boot = jsonFrom(
  z.object({ link: z.string(), daemon: z.string(), onBoot: z.string(), noted: z.int(), started: z.int() }),
  `jq -n --arg link "$(readlink -m ${LINK})" --arg daemon "$(systemctl is-enabled libvirtd.service 2>/dev/null)" \\
  --arg onBoot "$(. /etc/default/libvirt-guests >/dev/null 2>&1; printf %s "$ON_BOOT")" \\
  --argjson noted "$(stat -c %Y ${NOTE} 2>/dev/null || echo 0)" --argjson started "$(stat -c %Y /run/libvirt/qemu/${FIRST}.pid 2>/dev/null || echo 0)" \\
  '{$link, $daemon, $onBoot, $noted, $started}'`,
);
export type Boot = ReturnType<typeof boot.read>;

export interface Facts {
  readonly libvirt: LibvirtFacts;
  readonly boot: Boot;
}

const gone = (name: string): Outcome =>
  failed({
    expected: { en: `libvirt keeps ${name}.`, "zh-cn": `libvirt 里有 ${name}。` },
    found: { en: "It does not know this guest.", "zh-cn": "它不认识这台客户机。" },
    look: { en: "`virsh list --all`. Reset the host to begin again.", "zh-cn": "看 `virsh list --all`。请重置宿主机，重新开始。" },
  });

function marked({ libvirt, boot: host }: Facts): Outcome {
  const guest = libvirt.guest(FIRST);
  if (guest === undefined) return gone(FIRST);
  const expected: Text = {
    en: `libvirt has ${FIRST} marked for autostart, ${LINK} leads to its definition, and libvirtd starts with the host.`,
    "zh-cn": `libvirt 里 ${FIRST} 设为自动启动，${LINK} 指向它的定义，libvirtd 随宿主机启动。`,
  };
  const look: Text = {
    en: `\`virsh dominfo ${FIRST}\`: the row Autostart. \`ls -l /etc/libvirt/qemu/autostart/\`.`,
    "zh-cn": `看 \`virsh dominfo ${FIRST}\` 的 Autostart 一行，以及 \`ls -l /etc/libvirt/qemu/autostart/\`。`,
  };
  const linked = host.link === TARGET;
  if (guest.autostart && linked && host.daemon === "enabled") {
    return passed({ en: `Marked, and ${LINK} leads to its definition.`, "zh-cn": `已设置，${LINK} 指向它的定义。` });
  }
  if (linked && !guest.autostart) {
    return failed({
      expected,
      found: {
        en: "There is a link, but the running daemon says “disable”: it does not notice a link that was made by hand.",
        "zh-cn": "链接是有的，但正在运行的守护进程显示 disable：它不会注意到手工建的链接。",
      },
      look,
    });
  }
  if (guest.autostart && !linked) {
    return failed({
      expected,
      found: {
        en: "The running daemon says “enable”, but there is no link to the definition on the disk. At the next boot only the link counts.",
        "zh-cn": "正在运行的守护进程显示 enable，但磁盘上没有指向定义的链接。下次开机只看链接。",
      },
      look,
    });
  }
  if (guest.autostart) {
    return failed({
      expected,
      found: {
        en: `The mark is there, but libvirtd.service is ${host.daemon || "missing"}: nobody would read it.`,
        "zh-cn": `标记有了，但 libvirtd.service 是 ${host.daemon || "不存在"}：没有谁会去读它。`,
      },
      look: { en: "`systemctl is-enabled libvirtd`.", "zh-cn": "`systemctl is-enabled libvirtd`。" },
    });
  }
  return failed({ expected, found: { en: "It is not marked.", "zh-cn": "没有设置。" }, look });
}

/** Why the second guest might start with the host; undefined when nothing would start it. */
function wouldStart({ libvirt, boot: host }: Facts): Text | undefined {
  if (libvirt.guest(SECOND)?.autostart) return { en: `${SECOND} is marked for autostart too`, "zh-cn": `${SECOND} 也设为自动启动了` };
  if (host.onBoot === "start") {
    return {
      en: "ON_BOOT=start in /etc/default/libvirt-guests starts again whatever ran when the host went down, marked or not",
      "zh-cn": "/etc/default/libvirt-guests 里的 ON_BOOT=start 会把宿主机关机时在运行的客户机全部启动，不管有没有标记",
    };
  }
  return undefined;
}

function notMarked(facts: Facts): Outcome {
  if (facts.libvirt.guest(SECOND) === undefined) return gone(SECOND);
  const why = wouldStart(facts);
  if (why === undefined) return passed({ en: `${SECOND} has no mark, and ON_BOOT starts nothing.`, "zh-cn": `${SECOND} 没有标记，ON_BOOT 也不会启动什么。` });
  return failed({
    expected: { en: `Nothing starts ${SECOND} with the host.`, "zh-cn": `没有什么会让 ${SECOND} 随宿主机启动。` },
    found: { en: `${why.en}.`, "zh-cn": `${why["zh-cn"]}。` },
    look: {
      en: "`virsh list --all --autostart`, and `grep ON_BOOT /etc/default/libvirt-guests`.",
      "zh-cn": "看 `virsh list --all --autostart` 和 `grep ON_BOOT /etc/default/libvirt-guests`。",
    },
  });
}

function proof(facts: Facts, before: Boot): Outcome {
  const { libvirt, boot: host } = facts;
  const expected: Text = {
    en: `libvirt has done its autostart once more: ${FIRST} runs, ${SECOND} does not.`,
    "zh-cn": `libvirt 又做了一次自动启动：${FIRST} 在运行，${SECOND} 没有。`,
  };
  const look: Text = {
    en: `\`ls -l ${NOTE}\` shows when libvirt last started its guests. \`virsh list --all\` shows what runs.`,
    "zh-cn": `\`ls -l ${NOTE}\` 可以看到 libvirt 上次自动启动是什么时候。\`virsh list --all\` 可以看到谁在运行。`,
  };
  const why = wouldStart(facts);
  if (why !== undefined)
    return failed({ expected, found: { en: `A proof of the wrong thing: ${why.en}.`, "zh-cn": `证明的不是要求的事：${why["zh-cn"]}。` }, look });
  const runs = libvirt.state(FIRST).state === "running";
  if (host.noted <= before.noted) {
    return failed({
      expected,
      found: runs
        ? {
            en: `${FIRST} runs, but libvirt has not done its autostart since the exercise began: somebody else started it.`,
            "zh-cn": `${FIRST} 在运行，但练习开始以后 libvirt 没有做过自动启动：是别人启动的。`,
          }
        : {
            en: `libvirt has not done its autostart since the exercise began. A restart of the daemon alone starts nothing: ${NOTE} tells it that this was done at boot.`,
            "zh-cn": `练习开始以后 libvirt 没有做过自动启动。只重启守护进程不会启动什么：${NOTE} 告诉它，开机时已经做过了。`,
          },
      look,
    });
  }
  if (!runs) {
    return failed({
      expected,
      found: { en: `libvirt did its autostart, and ${FIRST} does not run.`, "zh-cn": `libvirt 做了自动启动，但 ${FIRST} 没有运行。` },
      look: {
        en: `\`ls -l /etc/libvirt/qemu/autostart/\`, and \`virsh net-list --all\`: its network must be there too.`,
        "zh-cn": "看 `ls -l /etc/libvirt/qemu/autostart/`，以及 `virsh net-list --all`：它的网络也要在。",
      },
    });
  }
  if (host.started < host.noted) {
    return failed({
      expected,
      found: {
        en: `${FIRST} was running before libvirt did its autostart. Switch it off first.`,
        "zh-cn": `libvirt 自动启动之前，${FIRST} 就已经在运行。请先把它关掉。`,
      },
      look,
    });
  }
  const second = libvirt.state(SECOND).state;
  if (second !== "shut-off")
    return failed({ expected, found: { en: `${SECOND} is not off (${second}).`, "zh-cn": `${SECOND} 不是关机状态（${second}）。` }, look });
  return passed({ en: `libvirt started ${FIRST} by itself, and left ${SECOND} off.`, "zh-cn": `libvirt 自己启动了 ${FIRST}，没有启动 ${SECOND}。` });
}

export default defineChecks({
  baseline: { boot },
  facts: { libvirt: libvirtFacts(), boot },
  tasks: {
    marked: (facts) => marked(facts),
    "not-marked": (facts) => notMarked(facts),
    proof: (facts, baseline) => proof(facts, baseline.boot),
  },
});
