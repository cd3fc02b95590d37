import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { cpus, definitionOf, memory, setupRuns } from "../../../../../lab-server/grading/judges/case-guest.ts";
import { disk, missing, type NewGuest, screen } from "../../../../../lab-server/grading/judges/new-guest.ts";
import { textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { type Traces, tracesOf } from "../../../../../lab-server/grading/probes/new-guest.ts";

const NAME = "windows2k8";
const FOLDER = "/guests_images";
const DISK = `${FOLDER}/windows2k8.img`;
const PORT = 5940;

const made = ({ libvirt, traces }: { readonly libvirt: LibvirtFacts; readonly traces: Traces }): NewGuest => ({ name: NAME, libvirt, traces });

function windows(guest: NewGuest): Outcome {
  const absent = missing(guest);
  if (absent !== undefined) return absent;
  const xml = definitionOf(guest.libvirt.guest(NAME));
  const clock = xml?.value("/domain/clock/@offset") ?? "utc";
  const favours = (xml?.values("/domain/features/hyperv/*[@state='on']") ?? []).length;
  const said = {
    en: `Clock: ${clock}. Hyper-V features: ${favours === 0 ? "none" : favours}.`,
    "zh-cn": `时钟：${clock}。Hyper-V 特性：${favours === 0 ? "没有" : `${favours} 个`}。`,
  };
  if (clock === "localtime" && favours > 0) return passed(said);
  return failed({
    expected: { en: `${NAME} has a clock in local time, and Hyper-V features.`, "zh-cn": `${NAME} 的时钟用本地时间，并且有 Hyper-V 特性。` },
    found: said,
    look: {
      en: `\`virsh dumpxml ${NAME} --inactive --xpath '//clock|//hyperv'\`. virt-install takes both from the system that \`--osinfo\` names.`,
      "zh-cn": `看 \`virsh dumpxml ${NAME} --inactive --xpath '//clock|//hyperv'\`。两样都来自 \`--osinfo\` 说的系统。`,
    },
  });
}

function devices(guest: NewGuest): Outcome {
  const absent = missing(guest);
  if (absent !== undefined) return absent;
  const xml = definitionOf(guest.libvirt.guest(NAME));
  const bus = xml?.value("//disk[@device='disk' or not(@device)]/target/@bus") ?? "-";
  const model = xml?.value("//interface/model/@type") ?? "-";
  const said = { en: `Disk: ${bus}, network card: ${model}.`, "zh-cn": `磁盘：${bus}，网卡：${model}。` };
  if (["sata", "ide"].includes(bus) && ["e1000", "e1000e", "rtl8139"].includes(model)) return passed(said);
  return failed({
    expected: { en: "The disk is on SATA or IDE, and the card is one that Windows knows.", "zh-cn": "磁盘接在 SATA 或 IDE 上，网卡是 Windows 认识的型号。" },
    found: said,
    look: {
      en: `\`virsh domblklist ${NAME} --details\`, \`virsh domiflist ${NAME}\`. Setup would find no disk on virtio: with \`--osinfo win2k8r2\` you get e1000e and sata.`,
      "zh-cn": `看 \`virsh domblklist ${NAME} --details\` 和 \`virsh domiflist ${NAME}\`。接在 virtio 上，Setup 找不到磁盘；用 \`--osinfo win2k8r2\` 得到的是 e1000e 和 sata。`,
    },
  });
}

function pool(libvirt: LibvirtFacts): Outcome {
  const own = libvirt.pools.filter((one) => one.xml.value("/pool/target/path")?.replace(/\/+$/, "") === FOLDER);
  const active = own.find((one) => one.active);
  if (active !== undefined) return passed({ en: `The pool ${active.name} is active.`, "zh-cn": `存储池 ${active.name} 是活动的。` });
  return failed({
    expected: { en: `An active storage pool for ${FOLDER}.`, "zh-cn": `${FOLDER} 有一个活动的存储池。` },
    found:
      own.length === 0
        ? { en: "There is no pool of this folder.", "zh-cn": "没有这个目录的存储池。" }
        : { en: `Its pool ${own[0]?.name} is not active.`, "zh-cn": `它的存储池 ${own[0]?.name} 不是活动的。` },
    look: { en: "`virsh pool-list --all`, `virsh pool-dumpxml NAME`.", "zh-cn": "看 `virsh pool-list --all` 和 `virsh pool-dumpxml 名字`。" },
  });
}

export default defineChecks({
  baseline: {},
  facts: { libvirt: libvirtFacts(), traces: tracesOf(NAME, DISK), listening: textFrom(`ss -ltnH 'sport = :${PORT}'`) },
  tasks: {
    memory: (facts) => {
      const first = memory(made(facts), 1024);
      return first.outcome === "failed" ? first : cpus(made(facts), 1);
    },
    windows: (facts) => windows(made(facts)),
    devices: (facts) => devices(made(facts)),
    disk: (facts) => disk(made(facts), DISK, 50),
    pool: ({ libvirt }) => pool(libvirt),
    screen: (facts) => screen(made(facts), PORT, facts.listening),
    setup: (facts) => setupRuns(made(facts)),
  },
});
