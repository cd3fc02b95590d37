import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { autostarts, cpus, definitionOf, memory, setupRuns } from "../../../../../lab-server/grading/judges/case-guest.ts";
import { disk, missing, type NewGuest, screen } from "../../../../../lab-server/grading/judges/new-guest.ts";
import { textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { type Traces, tracesOf } from "../../../../../lab-server/grading/probes/new-guest.ts";

const NAME = "windows2008";
const DISK = "/home/images2/windows2008.img";
const FLOPPY = "virtio-win_amd64.vfd";

const made = ({ libvirt, traces }: { readonly libvirt: LibvirtFacts; readonly traces: Traces }): NewGuest => ({ name: NAME, libvirt, traces });

/** The right file, and on virtio: on another bus no driver would be needed. */
function virtioDisk(guest: NewGuest): Outcome {
  const file = disk(guest, DISK, 40);
  if (file.outcome === "failed") return file;
  const bus = definitionOf(guest.libvirt.guest(NAME))?.value("//disk[@device='disk' or not(@device)]/target/@bus") ?? "-";
  if (bus === "virtio") return passed({ en: `${file.found.en} On virtio.`, "zh-cn": `${file.found["zh-cn"]}接在 virtio 上。` });
  return failed({
    expected: { en: "The disk is on virtio.", "zh-cn": "磁盘接在 virtio 上。" },
    found: {
      en: `It is on ${bus}. Windows has a driver for that, and the floppy is of no use.`,
      "zh-cn": `它接在 ${bus} 上。Windows 自带它的驱动，软盘就没用了。`,
    },
    look: {
      en: `\`virsh domblklist ${NAME} --details\`, and \`bus=virtio\` in \`--disk\`.`,
      "zh-cn": `看 \`virsh domblklist ${NAME} --details\`；在 \`--disk\` 里写 \`bus=virtio\`。`,
    },
  });
}

function card(guest: NewGuest): Outcome {
  const absent = missing(guest);
  if (absent !== undefined) return absent;
  const model = definitionOf(guest.libvirt.guest(NAME))?.value("//interface/model/@type") ?? "-";
  const said = { en: `Its network card is ${model}.`, "zh-cn": `它的网卡是 ${model}。` };
  if (model.startsWith("virtio")) return passed(said);
  return failed({
    expected: { en: `${NAME} has a virtio network card.`, "zh-cn": `${NAME} 有一块 virtio 网卡。` },
    found: said,
    look: {
      en: `\`virsh domiflist ${NAME} --inactive\`, and \`model=virtio\` in \`--network\`.`,
      "zh-cn": `看 \`virsh domiflist ${NAME} --inactive\`；在 \`--network\` 里写 \`model=virtio\`。`,
    },
  });
}

function drivers(guest: NewGuest): Outcome {
  const absent = missing(guest);
  if (absent !== undefined) return absent;
  const xml = definitionOf(guest.libvirt.guest(NAME));
  const sources = (device: string): string[] =>
    (xml?.values(`//disk[@device='${device}']/source/@*[name()='file' or name()='volume']`) ?? []).map((path) => path.split("/").at(-1) ?? "");
  if (sources("floppy").includes(FLOPPY)) return passed({ en: `${FLOPPY} lies in a floppy drive.`, "zh-cn": `${FLOPPY} 在软驱里。` });
  const as = ["disk", "cdrom", "lun"].find((device) => sources(device).includes(FLOPPY));
  return failed({
    expected: { en: `${FLOPPY} lies in a floppy drive of ${NAME}.`, "zh-cn": `${FLOPPY} 在 ${NAME} 的软驱里。` },
    found:
      as === undefined
        ? { en: "It is in no drive. Setup will show an empty list of disks.", "zh-cn": "没有哪个驱动器里有它。Setup 的磁盘列表会是空的。" }
        : { en: `The file is there, as a device of the kind ${as}.`, "zh-cn": `文件接上了，但设备类型是 ${as}。` },
    look: {
      en: `\`virsh domblklist ${NAME} --details --inactive\`, the column Device. \`device=floppy\` in \`--disk\`.`,
      "zh-cn": `看 \`virsh domblklist ${NAME} --details --inactive\` 的 Device 一列。在 \`--disk\` 里写 \`device=floppy\`。`,
    },
  });
}

/** @param listening what `ss` says of all ports of this host */
function ownScreen(guest: NewGuest, listening: string): Outcome {
  const absent = missing(guest);
  if (absent !== undefined) return absent;
  const port = definitionOf(guest.libvirt.guest(NAME))?.number("//graphics[@type='vnc']/@port") ?? -1;
  const rival = guest.libvirt.guests.find((other) => other.name !== NAME && definitionOf(other)?.number("//graphics/@port") === port);
  if (port > 0 && rival !== undefined) {
    return failed({
      expected: { en: `${NAME} has a port that no other guest claims.`, "zh-cn": `${NAME} 的端口和别的客户机不重复。` },
      found: {
        en: `Its port is ${port}, and ${rival.name} claims it too: whichever starts second fails, at each start of the host.`,
        "zh-cn": `它的端口是 ${port}，${rival.name} 也要用：宿主机每次启动，后启动的那台都会失败。`,
      },
      look: {
        en: `\`virsh dumpxml ${rival.name} --inactive --xpath //graphics\`. 5951 is free.`,
        "zh-cn": `看 \`virsh dumpxml ${rival.name} --inactive --xpath //graphics\`。5951 是空闲的。`,
      },
    });
  }
  const lines = listening.split("\n").filter((line) => line.split(/\s+/).some((word) => word.endsWith(`:${port}`)));
  return screen(guest, port > 0 ? port : 5951, lines.join("\n"));
}

export default defineChecks({
  baseline: {},
  facts: { libvirt: libvirtFacts(), traces: tracesOf(NAME, DISK), listening: textFrom("ss -ltnH") },
  tasks: {
    memory: (facts) => memory(made(facts), 1024, 1536),
    cpus: (facts) => cpus(made(facts), 1, 4),
    disk: (facts) => virtioDisk(made(facts)),
    card: (facts) => card(made(facts)),
    drivers: (facts) => drivers(made(facts)),
    screen: (facts) => ownScreen(made(facts), facts.listening),
    autostart: (facts) => autostarts(made(facts)),
    setup: (facts) => setupRuns(made(facts)),
  },
});
