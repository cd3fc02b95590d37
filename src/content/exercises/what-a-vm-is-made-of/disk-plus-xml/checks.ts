import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const NAME = "smartgo_03";
const BACKUP = "/root/backup/smartgo_03.xml";
const DISK = "/var/lib/libvirt/images/smartgo_03.qcow2";
const STRAY = "/etc/libvirt/qemu/smartgo_03.xml";

/** Four bytes at 440 of the first sector, as hexadecimal digits in their order on the disk; empty when the disk cannot be read. */
const diskId = textFrom(`qemu-io -r -U -f qcow2 -c 'read -v 440 4' ${DISK} 2>/dev/null | awk '/^000001b8:/ {print $2 $3 $4 $5}'; true`);

export interface Facts {
  readonly libvirt: LibvirtFacts;
  readonly disk: string;
  readonly stray: string;
}
export interface Baseline {
  readonly backup: string;
  readonly disk: string;
}

const look = {
  en: `Compare \`virsh dumpxml --inactive ${NAME}\` with ${BACKUP}. A wrong guest is removed with \`virsh undefine ${NAME}\`, without removing its storage.`,
  "zh-cn": `把 \`virsh dumpxml --inactive ${NAME}\` 和 ${BACKUP} 对照着看。定义错了就用 \`virsh undefine ${NAME}\` 取消，不要连同存储一起删除。`,
};

function unknownToLibvirt(stray: string): Outcome {
  const expected = { en: `libvirt knows a guest named ${NAME}.`, "zh-cn": `libvirt 认识名为 ${NAME} 的客户机。` };
  if (stray === "yes") {
    return failed({
      expected,
      found: {
        en: `There is a file ${STRAY}, but libvirt does not know the guest: the daemon does not notice files that are put there.`,
        "zh-cn": `有 ${STRAY} 这个文件，但 libvirt 不认识这台客户机：守护进程不会注意到别人放进去的文件。`,
      },
      look: {
        en: `\`virsh list --all\`. Tell libvirt about the definition; it writes the file in /etc/libvirt/qemu by itself.`,
        "zh-cn": "看 `virsh list --all`。要把定义告诉 libvirt，/etc/libvirt/qemu 里的文件由它自己写。",
      },
    });
  }
  return failed({
    expected,
    found: { en: "It knows none.", "zh-cn": "libvirt 不认识它。" },
    look: {
      en: `\`virsh list --all\` shows what libvirt knows. The definition is in ${BACKUP}.`,
      "zh-cn": `\`virsh list --all\` 会列出 libvirt 认识的客户机。定义在 ${BACKUP}。`,
    },
  });
}

/** What is not as it was, in words; undefined when all is. */
function otherThan(facts: Facts, baseline: Baseline): { en: string; "zh-cn": string } | undefined {
  const guest = facts.libvirt.guest(NAME);
  const xml = guest?.config ?? guest?.live;
  if (guest === undefined || xml === undefined) return { en: "there is no such guest", "zh-cn": "没有这台客户机" };
  const backup = new Xml(baseline.backup);
  const uuid = backup.value("/domain/uuid");
  if (guest.uuid !== uuid) return { en: `its UUID is ${guest.uuid}, and was ${uuid}`, "zh-cn": `它的 UUID 是 ${guest.uuid}，原来是 ${uuid}` };
  const mac = backup.value("//interface/mac/@address");
  const macs = xml.values("//interface/mac/@address");
  if (macs.length !== 1 || macs[0]?.toLowerCase() !== mac) {
    const found = macs.join(", ");
    return found === ""
      ? { en: `it has no network card, and had one with ${mac}`, "zh-cn": `它没有网卡，原来有一块，地址是 ${mac}` }
      : { en: `its MAC address is ${found}, and was ${mac}`, "zh-cn": `它的 MAC 地址是 ${found}，原来是 ${mac}` };
  }
  const disks = xml.values("//disk[@device='disk' or not(@device)]/source/@file");
  if (disks[0] !== DISK) {
    const found = disks[0] ?? "-";
    return { en: `its disk is ${found}, and was ${DISK}`, "zh-cn": `它的磁盘是 ${found}，原来是 ${DISK}` };
  }
  if (facts.disk !== baseline.disk) {
    return {
      en: `${DISK} is another disk than the one that was saved: its disk identifier has changed. Reset the host to get the old one back`,
      "zh-cn": `${DISK} 已经不是保留下来的那块磁盘：磁盘标识变了。请重置宿主机，取回原来的磁盘`,
    };
  }
  return undefined;
}

function sameMachine(facts: Facts, baseline: Baseline): Outcome {
  if (facts.libvirt.guest(NAME) === undefined) return unknownToLibvirt(facts.stray);
  const other = otherThan(facts, baseline);
  if (other === undefined) {
    return passed({ en: "UUID, MAC address and disk are those of the backup.", "zh-cn": "UUID、MAC 地址和磁盘都与备份一致。" });
  }
  return failed({
    expected: { en: `${NAME} has the UUID, MAC address and disk of its backup.`, "zh-cn": `${NAME} 的 UUID、MAC 地址和磁盘与备份一致。` },
    found: { en: `It is another machine: ${other.en}.`, "zh-cn": `这是另一台机器：${other["zh-cn"]}。` },
    look,
  });
}

function persistent(facts: Facts): Outcome {
  const guest = facts.libvirt.guest(NAME);
  if (guest === undefined) return unknownToLibvirt(facts.stray);
  if (guest.persistent) return passed({ en: "libvirt keeps its definition.", "zh-cn": "libvirt 保存着它的定义。" });
  return failed({
    expected: { en: `${NAME} is persistent.`, "zh-cn": `${NAME} 是持久的。` },
    found: {
      en: "It is transient: libvirt has only the running guest, and forgets it as soon as it stops.",
      "zh-cn": "它是临时的：libvirt 只有正在运行的这台，一停就会忘掉。",
    },
    look: {
      en: `\`virsh dominfo ${NAME}\`: the row Persistent. \`virsh create\` makes such guests, \`virsh define\` makes lasting ones.`,
      "zh-cn": `看 \`virsh dominfo ${NAME}\` 的 Persistent 一行。\`virsh create\` 造的是临时客户机，\`virsh define\` 造的才是持久的。`,
    },
  });
}

function runs(facts: Facts, baseline: Baseline): Outcome {
  if (facts.libvirt.guest(NAME) === undefined) return unknownToLibvirt(facts.stray);
  const other = otherThan(facts, baseline);
  if (other !== undefined) {
    return failed({
      expected: { en: `The old ${NAME} is running.`, "zh-cn": `原来的 ${NAME} 正在运行。` },
      found: { en: `This is not the old one: ${other.en}.`, "zh-cn": `这不是原来那台：${other["zh-cn"]}。` },
      look,
    });
  }
  const state = facts.libvirt.state(NAME);
  if (state.state === "shut-off") {
    return failed({
      expected: { en: `${NAME} is running.`, "zh-cn": `${NAME} 正在运行。` },
      found: { en: "It is defined, and switched off.", "zh-cn": "它已经有定义，但没有开机。" },
      look: { en: `\`virsh list --all\`, then \`virsh start ${NAME}\`.`, "zh-cn": `看 \`virsh list --all\`，然后 \`virsh start ${NAME}\`。` },
    });
  }
  const stopped = notRunning(state);
  if (stopped !== undefined) return stopped;
  const answer = facts.libvirt.inside("disk").output.replace(/\s/g, "");
  if (answer === baseline.disk) return passed({ en: "The guest answers, from its old disk.", "zh-cn": "客户机有应答，用的是原来的磁盘。" });
  return failed({
    expected: { en: "The guest runs from the disk that was saved.", "zh-cn": "客户机运行在保留下来的磁盘上。" },
    found: { en: `Its first disk carries the identifier ${answer || "-"}.`, "zh-cn": `它的第一块磁盘的标识是 ${answer || "-"}。` },
    look: { en: "In the guest: `blkid /dev/vda`.", "zh-cn": "在客户机里运行 `blkid /dev/vda`。" },
  });
}

export default defineChecks({
  baseline: { backup: textFrom(`cat ${BACKUP}`), disk: diskId },
  facts: {
    libvirt: libvirtFacts({ inside: { disk: { guest: NAME, command: "od -An -tx1 -j440 -N4 /dev/vda" } }, seconds: 8 }),
    disk: diskId,
    stray: textFrom(`if [ -e ${STRAY} ]; then echo yes; else echo no; fi`),
  },
  tasks: {
    "same-machine": (facts, baseline) => sameMachine(facts, baseline),
    persistent: (facts) => persistent(facts),
    runs: (facts, baseline) => runs(facts, baseline),
  },
});
