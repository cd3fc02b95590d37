import { failed, type Outcome, passed } from "../check.ts";
import type { LibvirtGuest } from "../probes/libvirt.ts";
import type { Xml } from "../probes/xml.ts";
import { missing, type NewGuest } from "./new-guest.ts";
import { notRunning } from "./running.ts";

/** What a guest has at its start, and what it may have at most. */
export interface Size {
  readonly mib: number;
  readonly maxMib: number;
  readonly cpus: number;
  readonly maxCpus: number;
}

/** libvirt leaves the present number out where it equals the maximum. */
export function sizeOf(xml: Xml | undefined): Size | undefined {
  const memory = xml?.number("/domain/memory");
  const maxCpus = xml?.number("/domain/vcpu");
  if (xml === undefined || memory === undefined || maxCpus === undefined) return undefined;
  return {
    mib: Math.round((xml.number("/domain/currentMemory") ?? memory) / 1024),
    maxMib: Math.round(memory / 1024),
    cpus: xml.number("/domain/vcpu/@current") ?? maxCpus,
    maxCpus,
  };
}

/** The definition that a task asks about: the stored one, which says what the guest is after its installation too. */
export function definitionOf(guest: LibvirtGuest | undefined): Xml | undefined {
  return guest?.config ?? guest?.live;
}

/** Its memory: so much at its start, so much at most. */
export function memory(made: NewGuest, mib: number, maxMib = mib): Outcome {
  const absent = missing(made);
  if (absent !== undefined) return absent;
  const { name, libvirt } = made;
  const guest = libvirt.guest(name);
  const xml = definitionOf(guest);
  const size = sizeOf(xml);
  const wrong = (en: string, zh: string, hotplug = false): Outcome =>
    failed({
      expected: {
        en: `${name} is persistent, and has ${mib} MiB of at most ${maxMib} MiB.`,
        "zh-cn": `${name} 是持久的，内存 ${mib} MiB，上限 ${maxMib} MiB。`,
      },
      found: { en, "zh-cn": zh },
      look: hotplug
        ? {
            en: "The capital letter makes the difference: `maxMemory` is room for modules that are plugged in later, `maxmemory` is the maximum of the balloon.",
            "zh-cn": "差别在大写字母：`maxMemory` 是给以后热插的内存条留的位置，`maxmemory` 才是气球的上限。",
          }
        : {
            en: `\`virsh dominfo ${name}\`: Max memory and Used memory. \`--memory NOW,maxmemory=MOST\`, both in MiB.`,
            "zh-cn": `看 \`virsh dominfo ${name}\` 的 Max memory 和 Used memory。\`--memory 现在,maxmemory=上限\`，单位都是 MiB。`,
          },
    });
  if (guest?.persistent !== true) return wrong("It is transient, and gone as soon as it stops.", "它是临时的，一停就没了。");
  const said = {
    en: `It has ${size?.mib ?? "-"} MiB of at most ${size?.maxMib ?? "-"} MiB.`,
    "zh-cn": `它的内存是 ${size?.mib ?? "-"} MiB，上限 ${size?.maxMib ?? "-"} MiB。`,
  };
  if (size?.mib === mib && size.maxMib === maxMib) return passed(said);
  return wrong(said.en, said["zh-cn"], xml?.has("/domain/maxMemory") === true);
}

/** Its virtual CPUs: so many at its start, so many at most. */
export function cpus(made: NewGuest, count: number, most = count): Outcome {
  const absent = missing(made);
  if (absent !== undefined) return absent;
  const { name, libvirt } = made;
  const size = sizeOf(definitionOf(libvirt.guest(name)));
  const said = {
    en: `It has ${size?.cpus ?? "-"} of at most ${size?.maxCpus ?? "-"} vCPUs.`,
    "zh-cn": `它有 ${size?.cpus ?? "-"} 个 vCPU，上限 ${size?.maxCpus ?? "-"} 个。`,
  };
  if (size?.cpus === count && size.maxCpus === most) return passed(said);
  return failed({
    expected: { en: `${name} has ${count} of at most ${most} vCPUs.`, "zh-cn": `${name} 有 ${count} 个 vCPU，上限 ${most} 个。` },
    found: said,
    look: {
      en: `\`virsh vcpucount ${name}\`: the rows with the word config. \`--vcpus NOW,maxvcpus=MOST\`.`,
      "zh-cn": `看 \`virsh vcpucount ${name}\` 带 config 的两行。\`--vcpus 现在,maxvcpus=上限\`。`,
    },
  });
}

/** Marked for autostart, as libvirt sees it: a link made by hand is not enough. */
export function autostarts(made: NewGuest): Outcome {
  const absent = missing(made);
  if (absent !== undefined) return absent;
  const { name, libvirt } = made;
  if (libvirt.guest(name)?.autostart === true) return passed({ en: "It is marked for autostart.", "zh-cn": "它已设为自动启动。" });
  return failed({
    expected: { en: `libvirt starts ${name} when the host starts.`, "zh-cn": `宿主机启动时，libvirt 会启动 ${name}。` },
    found: { en: "libvirt has no such mark for it.", "zh-cn": "libvirt 那里没有这个标记。" },
    look: {
      en: `\`virsh dominfo ${name}\`, the row Autostart. The running libvirtd does not see a link that is made by hand; \`virsh autostart ${name}\` sets the mark at any time.`,
      "zh-cn": `看 \`virsh dominfo ${name}\` 的 Autostart 一行。正在运行的 libvirtd 看不到手工建的链接；\`virsh autostart ${name}\` 随时可以设置。`,
    },
  });
}

/** Runs, and with the sizes that its definition promises. */
export function runsAsDefined(made: NewGuest): Outcome {
  const absent = missing(made);
  if (absent !== undefined) return absent;
  const { name, libvirt } = made;
  const stopped = notRunning(libvirt.state(name));
  if (stopped?.outcome === "failed") {
    return failed({
      ...stopped,
      look: {
        en: `\`virsh start ${name}\`; if it refuses, the reason is what it says.`,
        "zh-cn": `\`virsh start ${name}\`；如果启动不了，原因就在它的提示里。`,
      },
    });
  }
  const guest = libvirt.guest(name);
  const live = sizeOf(guest?.live);
  const kept = sizeOf(guest?.config) ?? live;
  const said = {
    en: `It runs with at most ${live?.maxMib ?? "-"} MiB and ${live?.maxCpus ?? "-"} vCPUs.`,
    "zh-cn": `它正在运行，上限是 ${live?.maxMib ?? "-"} MiB 内存和 ${live?.maxCpus ?? "-"} 个 vCPU。`,
  };
  if (live?.maxMib === kept?.maxMib && live?.maxCpus === kept?.maxCpus) return passed(said);
  return failed({
    expected: { en: `${name} runs with the maxima of its definition.`, "zh-cn": `${name} 按定义里的上限运行。` },
    found: said,
    look: {
      en: "Maxima are read when QEMU starts. Switch the guest off and on; a restart inside it is not enough.",
      "zh-cn": "上限在 QEMU 启动时才读取。请把客户机关机再启动；在里面重启是不够的。",
    },
  });
}

const DRIVE = "//disk[@device='cdrom']";

/** Whether a disc of this name lies in a drive: as a file, or as a volume of a pool. */
export function hasDisc(xml: Xml | undefined, disc: string): boolean {
  const discs = [...(xml?.values(`${DRIVE}/source/@file`) ?? []), ...(xml?.values(`${DRIVE}/source/@volume`) ?? [])];
  return discs.some((path) => path.split("/").at(-1) === disc);
}

/** Runs from windows.iso, and finds the disc again after Setup's first restart. */
export function setupRuns(made: NewGuest): Outcome {
  const absent = missing(made);
  if (absent !== undefined) return absent;
  const { name, libvirt } = made;
  const guest = libvirt.guest(name);
  const expected = {
    en: `${name} has started from windows.iso, and its stored definition keeps the disc.`,
    "zh-cn": `${name} 已从 windows.iso 启动，保存的定义里也留着这张光盘。`,
  };
  const stopped = notRunning(libvirt.state(name));
  if (stopped?.outcome === "failed") {
    return failed({
      expected,
      found: stopped.found,
      look: {
        en: `The first start is from the disc, the later ones are from the disk: \`virsh undefine ${name}\`, and make it anew. \`virsh dumpxml ${name} --xpath //boot\` shows the order.`,
        "zh-cn": `只有第一次从光盘启动，以后都从磁盘启动：先 \`virsh undefine ${name}\`，再重新创建。\`virsh dumpxml ${name} --xpath //boot\` 显示启动顺序。`,
      },
    });
  }
  const look = {
    en: `\`virsh domblklist ${name}\`, with and without \`--inactive\`.`,
    "zh-cn": `看 \`virsh domblklist ${name}\`，加和不加 \`--inactive\` 各一次。`,
  };
  const fromDisc = guest?.live?.has("//os/boot[@dev='cdrom']") === true || guest?.live?.has(`${DRIVE}/boot`) === true;
  if (!hasDisc(guest?.live, "windows.iso") || !fromDisc) {
    return failed({ expected, found: { en: "It runs, but it has not started from this disc.", "zh-cn": "它在运行，但不是从这张光盘启动的。" }, look });
  }
  if (guest?.config !== undefined && !hasDisc(guest.config, "windows.iso")) {
    return failed({
      expected,
      found: {
        en: "The disc is in the drive for this start only. Setup restarts the machine, and then goes on from the disc.",
        "zh-cn": "光盘只在这一次启动时在驱动器里。Setup 会重启机器，然后还要继续读光盘。",
      },
      look,
    });
  }
  return passed({ en: "It runs from windows.iso, and the disc stays in the drive.", "zh-cn": "它正从 windows.iso 运行，光盘留在驱动器里。" });
}
