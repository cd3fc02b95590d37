import { z } from "zod";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { ifKnown } from "../../../../../lab-server/grading/fact.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { fileAt, type HostFile, jsonFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const FIRST = "smartgo_01";
const SECOND = "smartgo_02";
const BACKUP = "/root/new_smartgo_01";
const MAC = "//interface/mac/@address";
const SOURCE = "//disk[@device='disk' or not(@device)]/source/@file";

/** The files that the first disk of the second guest consists of, the top one first. Empty while there is none. */
const chain = jsonFrom(
  z.array(z.string()),
  `disk=$(virsh domblklist ${SECOND} --inactive --details 2>/dev/null | awk '$2 == "disk" { print $4; exit }')
if [ -n "$disk" ] && info=$(qemu-img info -U --backing-chain --output=json "$disk" 2>/dev/null); then printf '%s' "$info" | jq -c '[.[].filename]'; else echo '[]'; fi`,
);

export interface Facts {
  readonly libvirt: LibvirtFacts;
  readonly backup: HostFile;
  readonly chain: readonly string[];
}

function backup(facts: Facts): Outcome {
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: { en: `${BACKUP} holds the stored definition of ${FIRST}.`, "zh-cn": `${BACKUP} 里是 ${FIRST} 的持久定义。` },
      found: { en, "zh-cn": zh },
      look: {
        en: `\`head -n 3 ${BACKUP}\`, and compare with \`virsh dumpxml --inactive ${FIRST}\`.`,
        "zh-cn": `看 \`head -n 3 ${BACKUP}\`，再和 \`virsh dumpxml --inactive ${FIRST}\` 对照。`,
      },
    });
  if (facts.backup.state !== "read") return wrong("There is no such file.", "没有这个文件。");
  const xml = new Xml(facts.backup.text);
  const name = ifKnown(() => xml.value("/domain/name"));
  if (name === undefined) return wrong("It holds no definition of a guest.", "里面没有客户机的定义。");
  if (name !== FIRST || xml.value("/domain/uuid") !== facts.libvirt.guest(FIRST)?.uuid) {
    return wrong(
      `It is no longer the definition of ${FIRST}: its name or its UUID is another. Change a copy, and keep the backup.`,
      `它已经不是 ${FIRST} 的定义：名字或 UUID 变了。要改就改副本，备份要留着。`,
    );
  }
  if (xml.has("/domain/@id")) {
    return wrong(
      "It is the live definition: it has an id, and aliases that belong to one run. A backup is made with --inactive.",
      "它是运行时定义：带有 id 和只属于那次运行的别名。备份要加 --inactive。",
    );
  }
  return passed({ en: `The stored definition of ${FIRST}.`, "zh-cn": `${FIRST} 的持久定义。` });
}

function twin(facts: Facts): Outcome {
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: {
        en: `libvirt keeps ${SECOND}, with its own UUID, MAC address and disk.`,
        "zh-cn": `libvirt 里有 ${SECOND}，UUID、MAC 地址和磁盘都是自己的。`,
      },
      found: { en, "zh-cn": zh },
      look: {
        en: `\`virsh domiflist\` and \`virsh domblklist\`, with --inactive, for both guests; \`qemu-img info -U --backing-chain\` for the disk.`,
        "zh-cn": "对两台客户机分别运行 `virsh domiflist` 和 `virsh domblklist`，加上 --inactive；磁盘用 `qemu-img info -U --backing-chain` 看。",
      },
    });
  const first = facts.libvirt.guest(FIRST)?.config;
  const guest = facts.libvirt.guest(SECOND);
  if (first === undefined) return wrong(`${FIRST} itself is gone. Reset the host to begin again.`, `${FIRST} 自己不见了。请重置宿主机，重新开始。`);
  if (guest === undefined) {
    return wrong(
      `There is no ${SECOND}. If virsh said “already defined with uuid”, the copy still has the UUID of ${FIRST}: delete that line.`,
      `没有 ${SECOND}。如果 virsh 提示 already defined with uuid，说明副本里还是 ${FIRST} 的 UUID：请删掉那一行。`,
    );
  }
  const xml = guest.config;
  if (xml === undefined) return wrong(`${SECOND} is transient: it is gone when it stops.`, `${SECOND} 是临时的：一停就没有了。`);
  const taken = first.values(MAC);
  const macs = xml.values(MAC);
  if (macs.length === 0) return wrong(`${SECOND} has no network card.`, `${SECOND} 没有网卡。`);
  if (macs.some((mac) => taken.includes(mac))) {
    return wrong(`Both have the MAC address ${macs[0]}: they would get one address for two.`, `两台的 MAC 地址都是 ${macs[0]}：两台只会拿到一个地址。`);
  }
  const disk = xml.value(SOURCE);
  const other = first.value(SOURCE);
  if (disk === undefined || facts.chain.length === 0)
    return wrong(`The disk of ${SECOND} (${disk ?? "-"}) cannot be read.`, `${SECOND} 的磁盘（${disk ?? "-"}）读不出来。`);
  if (disk === other) {
    return wrong(
      `Both use ${disk}. The second to start is refused: “Failed to get "write" lock”.`,
      `两台都用 ${disk}。后启动的那台会被拒绝：Failed to get "write" lock。`,
    );
  }
  if (other !== undefined && facts.chain.includes(other)) {
    return wrong(
      `Its disk lies over ${other}, to which ${FIRST} writes. That damages the disk of ${SECOND}.`,
      `它的磁盘叠在 ${other} 之上，而 ${FIRST} 会往里面写。这会弄坏 ${SECOND} 的磁盘。`,
    );
  }
  return passed({ en: `UUID ${guest.uuid}, MAC ${macs[0]}, disk ${disk}.`, "zh-cn": `UUID ${guest.uuid}，MAC ${macs[0]}，磁盘 ${disk}。` });
}

function sideBySide(facts: Facts): Outcome {
  const look = { en: "`virsh list --all`, and `virsh net-dhcp-leases default`.", "zh-cn": "看 `virsh list --all` 和 `virsh net-dhcp-leases default`。" };
  const expected = {
    en: `${FIRST} and ${SECOND} run, answer, and each has an address.`,
    "zh-cn": `${FIRST} 和 ${SECOND} 都在运行、有应答，并且各有地址。`,
  };
  for (const name of [FIRST, SECOND]) {
    const state = facts.libvirt.state(name);
    if (state.state === "shut-off") {
      return failed({
        expected,
        found: { en: `${name} is switched off.`, "zh-cn": `${name} 没有开机。` },
        look: { en: `\`virsh start ${name}\`.`, "zh-cn": `\`virsh start ${name}\`。` },
      });
    }
    if (state.state === "absent") {
      return failed({ expected, found: { en: `There is no ${name}.`, "zh-cn": `没有 ${name}。` }, look });
    }
    const stopped = notRunning(state);
    if (stopped !== undefined) return stopped;
  }
  const boots = [facts.libvirt.inside(FIRST).output.trim(), facts.libvirt.inside(SECOND).output.trim()];
  const leases = facts.libvirt.networks.flatMap((network) => network.leases);
  const addresses: string[] = [];
  for (const name of [FIRST, SECOND]) {
    const macs = facts.libvirt.guest(name)?.live?.values(MAC) ?? [];
    const lease = leases.find(({ mac }) => macs.includes(mac));
    if (lease === undefined || addresses.includes(lease.address)) {
      return failed({
        expected,
        found: {
          en: `${name} has no address of its own. If it has just started, wait a little and check again.`,
          "zh-cn": `${name} 没有自己的地址。如果它刚刚启动，请稍等再检查。`,
        },
        look,
      });
    }
    addresses.push(lease.address);
  }
  if (boots[0] === boots[1]) return failed({ expected, found: { en: "Both answers come from one system.", "zh-cn": "两个应答来自同一个系统。" }, look });
  return passed({ en: `Both answer, at ${addresses.join(" and ")}.`, "zh-cn": `两台都有应答，地址是 ${addresses.join(" 和 ")}。` });
}

const bootId = "cat /proc/sys/kernel/random/boot_id";

export default defineChecks({
  baseline: {},
  facts: {
    libvirt: libvirtFacts({ inside: { [FIRST]: { guest: FIRST, command: bootId }, [SECOND]: { guest: SECOND, command: bootId } }, seconds: 8 }),
    backup: fileAt(BACKUP),
    chain,
  },
  tasks: { backup: (facts) => backup(facts), twin: (facts) => twin(facts), "side-by-side": (facts) => sideBySide(facts) },
});
