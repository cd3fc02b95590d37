import { z } from "zod";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { jsonFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, type LibvirtGuest, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const NAME = "gui_01";
const IMAGES = "/var/lib/libvirt/images";
const DISC = `${IMAGES}/lab.iso`;
const GIB = 1024 ** 3;
const DISK = "//disk[@device='disk' or not(@device)]";
const DRIVE = "//disk[@device='cdrom']";

/** What lies behind the guest's first disk: the file, its format, its size, and whether its first sector holds a boot loader. */
const fileSchema = z.object({ path: z.string(), format: z.string().nullable(), bytes: z.int().nullable(), bootable: z.boolean() });
export type DiskFile = z.infer<typeof fileSchema>;

/** The stored definition's disk comes first: a transient guest has the running one only. A volume is named without its folder. */
const diskFile = jsonFrom(
  fileSchema,
  `
listed() { virsh -c qemu:///system domblklist ${NAME} --details "$@" 2>/dev/null; }
table=$(listed --inactive || listed || true)
path=$(awk '$2 == "disk" { sub(/^ *[^ ]+ +[^ ]+ +[^ ]+ +/, ""); sub(/ +$/, ""); print; exit }' <<<"$table")
case "$path" in /* | "" | -) ;; *) path=${IMAGES}/$path ;; esac
info=$(qemu-img info -U --output=json "$path" 2>/dev/null) || info='{}'
sector=$(qemu-io -r -U -f "$(jq -r '.format // "raw"' <<<"$info")" -c 'read -v 0 512' "$path" 2>/dev/null) || sector=
code=$(awk '/^00000000:/ { print $2 }' <<<"$sector")
mark=$(awk '/^000001f0:/ { print $16 $17 }' <<<"$sector")
if [ "$mark" = 55aa ] && [ "$code" != 00 ]; then bootable=true; else bootable=false; fi
jq --arg path "$path" --argjson bootable $bootable '{path: $path, format: (.format // null), bytes: (."virtual-size" // null), bootable: $bootable}' <<<"$info"
`,
);

/** Failed when there is no gui_01, with the names that are there: the wizard's own name is easily left as it was. */
function missing(libvirt: LibvirtFacts): Outcome | undefined {
  if (libvirt.guest(NAME) !== undefined) return undefined;
  const others = libvirt.guests.map(({ name }) => name).join(", ");
  return failed({
    expected: { en: `libvirt knows a guest named ${NAME}.`, "zh-cn": `libvirt 认识名为 ${NAME} 的客户机。` },
    found:
      others === ""
        ? { en: "It knows no guest at all.", "zh-cn": "libvirt 一台客户机也不认识。" }
        : { en: `It knows ${others}, and no ${NAME}.`, "zh-cn": `libvirt 认识 ${others}，没有 ${NAME}。` },
    look:
      others === ""
        ? { en: "`virsh list --all`.", "zh-cn": "看 `virsh list --all`。" }
        : {
            en: `\`virsh list --all\`. The name is proposed after the operating system; \`virsh domrename\` changes it while the guest is off.`,
            "zh-cn": "看 `virsh list --all`。向导给的名字来自操作系统；关机后可以用 `virsh domrename` 改。",
          },
  });
}

/** The definition that a task asks about: the stored one, which says what the guest is after its installation too. */
function definition(guest: LibvirtGuest | undefined): Xml | undefined {
  return guest?.config ?? guest?.live;
}

function machine(libvirt: LibvirtFacts): Outcome {
  const absent = missing(libvirt);
  if (absent !== undefined) return absent;
  const guest = libvirt.guest(NAME);
  const xml = definition(guest);
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: { en: `${NAME} is persistent, with 1 virtual CPU and 512 MiB.`, "zh-cn": `${NAME} 是持久的，有 1 个虚拟 CPU 和 512 MiB 内存。` },
      found: { en, "zh-cn": zh },
      look: {
        en: `\`virsh dominfo ${NAME}\`: CPU(s), Max memory, Used memory, Persistent.`,
        "zh-cn": `看 \`virsh dominfo ${NAME}\` 的 CPU(s)、Max memory、Used memory、Persistent。`,
      },
    });
  if (guest?.persistent !== true) return wrong("It is transient, and gone as soon as it stops.", "它是临时的，一停就没了。");
  const cpus = xml?.number("/domain/vcpu/@current") ?? xml?.number("/domain/vcpu");
  if (cpus !== 1) return wrong(`It has ${cpus ?? "-"} virtual CPUs.`, `它有 ${cpus ?? "-"} 个虚拟 CPU。`);
  const kib = xml?.number("/domain/currentMemory") ?? xml?.number("/domain/memory") ?? 0;
  if (kib !== 512 * 1024) {
    const mib = Math.round((kib / 1024) * 100) / 100;
    return wrong(`It has ${mib} MiB of memory.`, `它有 ${mib} MiB 内存。`);
  }
  return passed({ en: "It is kept, with 1 virtual CPU and 512 MiB.", "zh-cn": "它有保存的定义，1 个虚拟 CPU，512 MiB 内存。" });
}

function disk(libvirt: LibvirtFacts, file: DiskFile): Outcome {
  const absent = missing(libvirt);
  if (absent !== undefined) return absent;
  const xml = definition(libvirt.guest(NAME));
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: { en: `Its disk is a QCOW2 file of 2 GiB in ${IMAGES}.`, "zh-cn": `它的磁盘是 ${IMAGES} 里一个 2 GiB 的 QCOW2 文件。` },
      found: { en, "zh-cn": zh },
      look: {
        en: `\`virsh domblklist ${NAME} --details\` names the file, \`qemu-img info -U FILE\` tells what it is.`,
        "zh-cn": `\`virsh domblklist ${NAME} --details\` 说出是哪个文件，\`qemu-img info -U 文件\` 说出它是什么。`,
      },
    });
  if (xml?.has(DISK) !== true) return wrong("It has no disk.", "它没有磁盘。");
  if (!file.path.startsWith(`${IMAGES}/`)) return wrong(`Its disk is ${file.path}.`, `它的磁盘是 ${file.path}。`);
  if (file.format === null || file.bytes === null) return wrong(`${file.path} is not there.`, `没有 ${file.path} 这个文件。`);
  if (file.format !== "qcow2")
    return wrong(`${file.path} is ${file.format}, whatever its name ends in.`, `不管名字怎么写，${file.path} 的格式是 ${file.format}。`);
  const taken = xml.value(`${DISK}/driver/@type`) ?? "raw";
  if (taken !== "qcow2") {
    return wrong(`The file is QCOW2, and the definition takes it for ${taken}.`, `文件是 QCOW2，定义却把它当成 ${taken}。`);
  }
  if (file.bytes !== 2 * GIB) {
    const gib = Math.round((file.bytes / GIB) * 100) / 100;
    return wrong(`${file.path} has a size of ${gib} GiB.`, `${file.path} 的大小是 ${gib} GiB。`);
  }
  return passed({ en: `${file.path}: QCOW2, 2 GiB.`, "zh-cn": `${file.path}：QCOW2，2 GiB。` });
}

function network(libvirt: LibvirtFacts): Outcome {
  const absent = missing(libvirt);
  if (absent !== undefined) return absent;
  const xml = definition(libvirt.guest(NAME));
  const networks = xml?.values("//interface/source/@network") ?? [];
  const bridges = xml?.values("//interface/source/@bridge") ?? [];
  if (networks.includes("default") || bridges.includes("virbr0")) {
    return passed({ en: "Its card is connected to default.", "zh-cn": "它的网卡接在 default 上。" });
  }
  const elsewhere = [...networks, ...bridges, ...(xml?.values("//interface/source/@dev") ?? [])].join(", ");
  return failed({
    expected: { en: `${NAME} has a network card on default.`, "zh-cn": `${NAME} 有一块接在 default 上的网卡。` },
    found:
      xml?.has("//interface") !== true
        ? { en: "It has no network card.", "zh-cn": "它没有网卡。" }
        : { en: `Its card is connected to ${elsewhere || "something else"}.`, "zh-cn": `它的网卡接在${elsewhere === "" ? "别处" : ` ${elsewhere} 上`}。` },
    look: { en: `\`virsh domiflist ${NAME} --inactive\`.`, "zh-cn": `看 \`virsh domiflist ${NAME} --inactive\`。` },
  });
}

/** Whether the running guest started from lab.iso: the disc lies in its drive, and it looked there, or was given the kernel of the disc. */
function startedFromDisc(live: Xml): "yes" | "no-disc" | "elsewhere" {
  const discs = [...live.values(`${DRIVE}/source/@file`), ...live.values(`${DRIVE}/source/@volume`)];
  if (!discs.some((path) => path.split("/").at(-1) === "lab.iso")) return "no-disc";
  return live.has("//os/boot[@dev='cdrom']") || live.has(`${DRIVE}/boot`) || live.has("//os/kernel") ? "yes" : "elsewhere";
}

function installer(libvirt: LibvirtFacts, file: DiskFile): Outcome {
  const absent = missing(libvirt);
  if (absent !== undefined) return absent;
  if (file.bootable) return passed({ en: "A system is on its disk.", "zh-cn": "系统已经在它的磁盘上。" });
  const expected = { en: `${NAME} runs from ${DISC}, or a system is on its disk.`, "zh-cn": `${NAME} 正从 ${DISC} 运行，或者磁盘上已有系统。` };
  const state = libvirt.state(NAME);
  if (state.state === "shut-off") {
    return failed({
      expected,
      found: { en: "It is off, and there is no system on its disk.", "zh-cn": "它没有开机，磁盘上也没有系统。" },
      look: {
        en: `\`virsh domblklist ${NAME}\`. The disc is in the drive for the first start only. \`virt-xml ${NAME} --edit --disk\` and \`--boot\` bring it back, or make the guest anew.`,
        "zh-cn": `看 \`virsh domblklist ${NAME}\`。光盘只在第一次启动时在驱动器里。用 \`virt-xml ${NAME} --edit --disk\` 和 \`--boot\` 放回去，或者重新创建。`,
      },
    });
  }
  const stopped = notRunning(state);
  if (stopped !== undefined) return stopped;
  const live = libvirt.guest(NAME)?.live;
  const started = live === undefined ? "no-disc" : startedFromDisc(live);
  if (started === "yes") return passed({ en: "The installer of lab.iso is running.", "zh-cn": "lab.iso 的安装程序正在运行。" });
  return failed({
    expected,
    found:
      started === "elsewhere"
        ? { en: "lab.iso lies in its drive, but it starts from its empty disk.", "zh-cn": "lab.iso 在它的驱动器里，但它从空的磁盘启动。" }
        : {
            en: "It runs without lab.iso in a drive, and its disk is empty: it finds nothing to start from.",
            "zh-cn": "它在运行，但驱动器里没有 lab.iso，磁盘又是空的：找不到可以启动的东西。",
          },
    look: {
      en: `\`virsh domblklist ${NAME} --details\` and \`virsh dumpxml ${NAME} --xpath //boot\`. “Import” makes a guest around a disk that has a system already.`,
      "zh-cn": `看 \`virsh domblklist ${NAME} --details\` 和 \`virsh dumpxml ${NAME} --xpath //boot\`。“导入”用于已经装好系统的磁盘。`,
    },
  });
}

export default defineChecks({
  baseline: {},
  facts: { libvirt: libvirtFacts(), file: diskFile },
  tasks: {
    machine: ({ libvirt }) => machine(libvirt),
    disk: ({ libvirt, file }) => disk(libvirt, file),
    network: ({ libvirt }) => network(libvirt),
    installer: ({ libvirt, file }) => installer(libvirt, file),
  },
});
