import { z } from "zod";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { jsonFrom, textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";

const GUEST = "smartgo_02";
const MASTER = "/var/lib/libvirt/images/debian-13-small.qcow2";
const SNAPSHOT = "clean";

const layer = z.object({ filename: z.string(), format: z.string() });
export type Layer = z.infer<typeof layer>;

/** The files of the first disk, the top one first, and the sum of its first sector as a guest sees it. Both empty while there is no disk to read. */
const disk = jsonFrom(
  z.object({ layers: z.array(layer), sector: z.string() }),
  `disk=$(virsh domblklist ${GUEST} --inactive --details 2>/dev/null | awk '$2 == "disk" { print $4; exit }')
if [ -n "$disk" ] && info=$(qemu-img info -U --backing-chain --output=json "$disk" 2>/dev/null); then
  sector=$(qemu-io -r -U -c 'read -v 0 512' "$disk" 2>/dev/null | grep '^0000' | md5sum)
  printf '%s' "$info" | jq -c --arg sector "$sector" '{layers: [.[] | {filename, format}], $sector}'
else
  echo '{"layers":[],"sector":""}'
fi`,
);
/** Size and time of the last change: a file that is written to gets another time. */
const master = textFrom(`stat -c '%s %Y' ${MASTER} 2>/dev/null; true`);

export interface Facts {
  readonly libvirt: LibvirtFacts;
  readonly disk: { readonly layers: readonly Layer[]; readonly sector: string };
  readonly master: string;
  readonly accident: string;
}
export interface Baseline {
  readonly master: string;
  readonly sector: string;
}

const absent = (expected: { en: string; "zh-cn": string }): Outcome =>
  failed({
    expected,
    found: { en: `libvirt keeps no guest ${GUEST}.`, "zh-cn": `libvirt 里没有 ${GUEST}。` },
    look: { en: "`virsh list --all`.", "zh-cn": "看 `virsh list --all`。" },
  });

function overlay({ libvirt, disk: { layers } }: Facts): Outcome {
  const expected = { en: `The disk of ${GUEST} is a QCOW2 overlay on ${MASTER}.`, "zh-cn": `${GUEST} 的磁盘是叠在 ${MASTER} 上的 QCOW2 覆盖层。` };
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected,
      found: { en, "zh-cn": zh },
      look: {
        en: `\`virsh domblklist ${GUEST} --inactive\`, then \`qemu-img info -U --backing-chain\` with the file that it shows.`,
        "zh-cn": `先看 \`virsh domblklist ${GUEST} --inactive\`，再对列出的文件运行 \`qemu-img info -U --backing-chain\`。`,
      },
    });
  const guest = libvirt.guest(GUEST);
  if (guest?.config === undefined) return absent(expected);
  const [top, ...under] = layers;
  if (top === undefined) return wrong("Its disk cannot be read.", "它的磁盘读不出来。");
  if (top.filename === MASTER) return wrong("It uses the master itself, and writes to it.", "它直接用母盘，会往里面写。");
  if (under.length === 0)
    return wrong(`${top.filename} has no backing file: it is a copy, and takes the full space.`, `${top.filename} 没有后备文件：它是一份拷贝，占满全部空间。`);
  const other = under.find(({ filename }) => filename !== MASTER);
  if (other !== undefined) return wrong(`Under it lies ${other.filename}, which is not the master.`, `它下面是 ${other.filename}，不是母盘。`);
  const strange = layers.find(({ format }) => format !== "qcow2");
  if (strange !== undefined) {
    return wrong(
      `${strange.filename} is taken for ${strange.format}, and is QCOW2: give the format underneath with -F.`,
      `${strange.filename} 被当成 ${strange.format}，其实是 QCOW2：底层的格式要用 -F 写对。`,
    );
  }
  const format = guest.config.value("//disk/driver/@type");
  if (format !== "qcow2") return wrong(`The definition takes the disk for ${format ?? "raw"}.`, `定义里把这块磁盘当成 ${format ?? "raw"}。`);
  return passed({ en: `${top.filename} lies over the master.`, "zh-cn": `${top.filename} 叠在母盘上。` });
}

function masterWhole(facts: Facts, baseline: Baseline): Outcome {
  if (facts.master === baseline.master) return passed({ en: "Its size and its time are those of the start.", "zh-cn": "大小和修改时间都与开始时一样。" });
  return failed({
    expected: { en: `${MASTER} is as it was.`, "zh-cn": `${MASTER} 与原来一样。` },
    found: { en: "It was written to. Every guest that lies over it may be damaged.", "zh-cn": "它被写过。叠在它上面的每台客户机都可能已损坏。" },
    look: { en: `\`ls -l --full-time ${MASTER}\`. Reset the host to get it back.`, "zh-cn": `看 \`ls -l --full-time ${MASTER}\`。请重置宿主机，恢复母盘。` },
  });
}

function snapshot({ libvirt }: Facts): Outcome {
  const expected = { en: `${GUEST} has a snapshot named ${SNAPSHOT}.`, "zh-cn": `${GUEST} 有名为 ${SNAPSHOT} 的快照。` };
  const guest = libvirt.guest(GUEST);
  if (guest === undefined) return absent(expected);
  if (guest.snapshots.includes(SNAPSHOT)) return passed({ en: "It has.", "zh-cn": "有。" });
  const names = guest.snapshots.join(", ");
  return failed({
    expected,
    found: names === "" ? { en: "It has no snapshot.", "zh-cn": "它没有快照。" } : { en: `Its snapshots: ${names}.`, "zh-cn": `它的快照：${names}。` },
    look: { en: `\`virsh snapshot-list ${GUEST}\`.`, "zh-cn": `看 \`virsh snapshot-list ${GUEST}\`。` },
  });
}

function back({ libvirt, disk: { sector }, accident }: Facts, baseline: Baseline): Outcome {
  const expected = { en: `The disk of ${GUEST} was ruined, and is whole again.`, "zh-cn": `${GUEST} 的磁盘毁坏过，又恢复完好。` };
  if (libvirt.guest(GUEST) === undefined) return absent(expected);
  if (accident === "") {
    return failed({
      expected,
      found: { en: "There was no accident yet.", "zh-cn": "还没有出事故。" },
      look: { en: "Take the snapshot, then run `/root/accident`.", "zh-cn": "先做快照，再运行 `/root/accident`。" },
    });
  }
  if (sector !== "" && sector === baseline.sector) return passed({ en: "Its boot sector is there again.", "zh-cn": "它的引导扇区又在了。" });
  return failed({
    expected,
    found: {
      en: "Its first sector is not that of the master: the guest finds nothing to boot from.",
      "zh-cn": "它的第一个扇区与母盘不同：客户机找不到可以启动的东西。",
    },
    look: {
      en: `\`virsh snapshot-list ${GUEST}\`: is there a way back? Otherwise make the overlay anew.`,
      "zh-cn": `看 \`virsh snapshot-list ${GUEST}\`：还有路可回吗？没有的话就重做覆盖层。`,
    },
  });
}

export default defineChecks({
  baseline: { master, sector: textFrom(`qemu-io -r -U -c 'read -v 0 512' ${MASTER} | grep '^0000' | md5sum`) },
  facts: { libvirt: libvirtFacts(), disk, master, accident: textFrom("cat /root/accident.log 2>/dev/null; true") },
  tasks: {
    overlay: (facts) => overlay(facts),
    master: (facts, baseline) => masterWhole(facts, baseline),
    snapshot: (facts) => snapshot(facts),
    back: (facts, baseline) => back(facts, baseline),
  },
});
