import type { Text } from "../../contract/locale.ts";
import { failed, type Outcome, passed } from "../check.ts";
import type { LibvirtFacts, LibvirtGuest } from "../probes/libvirt.ts";
import type { Traces } from "../probes/new-guest.ts";
import type { Xml } from "../probes/xml.ts";
import { notRunning } from "./running.ts";

/** A guest that a learner was asked to make with virt-install, and what is there of it. */
export interface NewGuest {
  readonly name: string;
  readonly libvirt: LibvirtFacts;
  readonly traces: Traces;
}

const GIB = 1024 ** 3;
const IMAGES = "/var/lib/libvirt/images";
const DISK = "//disk[@device='disk' or not(@device)]";
const DRIVE = "//disk[@device='cdrom']";
const VNC = "//graphics[@type='vnc']";

/** The file of its disk; a volume is named without the folder of its pool. */
function diskPath(xml: Xml): string {
  return xml.value(`${DISK}/source/@file`) ?? `${IMAGES}/${xml.value(`${DISK}/source/@volume`) ?? "-"}`;
}

/** The definition that a task asks about: the stored one, which says what the guest is after its installation too. */
function definition(guest: LibvirtGuest | undefined): Xml | undefined {
  return guest?.config ?? guest?.live;
}

/** Failed when libvirt knows no such guest, with what QEMU said last: virt-install removes a guest that does not start, and its disk. */
export function missing({ name, libvirt, traces }: NewGuest): Outcome | undefined {
  if (libvirt.guest(name) !== undefined) return undefined;
  const others = libvirt.guests.map((guest) => guest.name).join(", ");
  const expected = { en: `libvirt knows a guest named ${name}.`, "zh-cn": `libvirt 认识名为 ${name} 的客户机。` };
  if (traces.complaint !== "") {
    const said = traces.complaint.replace(/^.*?qemu-system-[a-z0-9_]+: /, "").slice(0, 240);
    return failed({
      expected,
      found: {
        en: `There is none. One was started, and QEMU refused: “${said}”. virt-install has removed it, and its disk.`,
        "zh-cn": `没有。曾经启动过一台，QEMU 拒绝了：“${said}”。virt-install 已经把它和它的磁盘删掉。`,
      },
      look: { en: `The end of /var/log/libvirt/qemu/${name}.log.`, "zh-cn": `看 /var/log/libvirt/qemu/${name}.log 的末尾。` },
    });
  }
  return failed({
    expected,
    found:
      others === ""
        ? { en: "It knows no guest at all.", "zh-cn": "libvirt 一台客户机也不认识。" }
        : { en: `It knows ${others}, and no ${name}.`, "zh-cn": `libvirt 认识 ${others}，没有 ${name}。` },
    look: { en: "`virsh list --all`. What virt-install said last tells why.", "zh-cn": "看 `virsh list --all`。virt-install 最后说的话会说明原因。" },
  });
}

/** Kept by libvirt, with one vCPU and 512 MiB. */
export function machine(made: NewGuest): Outcome {
  const absent = missing(made);
  if (absent !== undefined) return absent;
  const { name, libvirt } = made;
  const guest = libvirt.guest(name);
  const xml = definition(guest);
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: { en: `${name} is persistent, with 1 vCPU and 512 MiB.`, "zh-cn": `${name} 是持久的，有 1 个 vCPU 和 512 MiB 内存。` },
      found: { en, "zh-cn": zh },
      look: { en: `\`virsh dominfo ${name}\`. \`--memory\` counts MiB.`, "zh-cn": `看 \`virsh dominfo ${name}\`。\`--memory\` 的单位是 MiB。` },
    });
  if (guest?.persistent !== true) return wrong("It is transient, and gone as soon as it stops.", "它是临时的，一停就没了。");
  const cpus = xml?.number("/domain/vcpu/@current") ?? xml?.number("/domain/vcpu");
  if (cpus !== 1) return wrong(`It has ${cpus ?? "-"} vCPUs.`, `它有 ${cpus ?? "-"} 个 vCPU。`);
  const kib = xml?.number("/domain/currentMemory") ?? xml?.number("/domain/memory") ?? 0;
  if (kib !== 512 * 1024) {
    const mib = Math.round((kib / 1024) * 100) / 100;
    return wrong(`It has ${mib} MiB of memory.`, `它有 ${mib} MiB 内存。`);
  }
  return passed({ en: "It is kept, with 1 vCPU and 512 MiB.", "zh-cn": "它有保存的定义，1 个 vCPU，512 MiB 内存。" });
}

/** A QCOW2 file of a size under a path, and taken for QCOW2 by the definition. */
export function disk(made: NewGuest, path: string, gib: number): Outcome {
  const absent = missing(made);
  if (absent !== undefined) return absent;
  const { name, libvirt, traces } = made;
  const xml = definition(libvirt.guest(name));
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: { en: `Its disk is ${path}, QCOW2, of ${gib} GiB.`, "zh-cn": `它的磁盘是 ${path}，QCOW2 格式，${gib} GiB。` },
      found: { en, "zh-cn": zh },
      look: {
        en: `\`virsh domblklist ${name} --inactive\` names the file, \`qemu-img info -U FILE\` tells what it is. \`size=\` counts GiB.`,
        "zh-cn": `\`virsh domblklist ${name} --inactive\` 说出是哪个文件，\`qemu-img info -U 文件\` 说出它是什么。\`size=\` 的单位是 GiB。`,
      },
    });
  if (xml?.has(DISK) !== true) return wrong("It has no disk.", "它没有磁盘。");
  const own = diskPath(xml);
  if (own !== path) return wrong(`Its disk is ${own}.`, `它的磁盘是 ${own}。`);
  const { file } = traces;
  if (file === undefined) return wrong(`${path} is not there.`, `没有 ${path} 这个文件。`);
  if (file.format !== "qcow2") return wrong(`${path} is ${file.format}.`, `${path} 的格式是 ${file.format}。`);
  const taken = xml.value(`${DISK}/driver/@type`) ?? "raw";
  if (taken !== "qcow2") return wrong(`The file is QCOW2, and the definition takes it for ${taken}.`, `文件是 QCOW2，定义却把它当成 ${taken}。`);
  if (file.bytes !== gib * GIB) {
    const found = Math.round((file.bytes / GIB) * 1000) / 1000;
    return wrong(`${path} has a size of ${found} GiB.`, `${path} 的大小是 ${found} GiB。`);
  }
  return passed({ en: `${path}: QCOW2, ${gib} GiB.`, "zh-cn": `${path}：QCOW2，${gib} GiB。` });
}

/** On the network default, or on its bridge. */
export function network(made: NewGuest): Outcome {
  const absent = missing(made);
  if (absent !== undefined) return absent;
  const xml = definition(made.libvirt.guest(made.name));
  const networks = xml?.values("//interface/source/@network") ?? [];
  const bridges = xml?.values("//interface/source/@bridge") ?? [];
  if (networks.includes("default") || bridges.includes("virbr0")) {
    return passed({ en: "Its card is connected to default.", "zh-cn": "它的网卡接在 default 上。" });
  }
  const elsewhere = [...networks, ...bridges, ...(xml?.values("//interface/source/@dev") ?? [])].join(", ");
  return failed({
    expected: { en: `${made.name} has a network card on default.`, "zh-cn": `${made.name} 有一块接在 default 上的网卡。` },
    found:
      xml?.has("//interface") !== true
        ? { en: "It has no network card.", "zh-cn": "它没有网卡。" }
        : { en: `Its card is connected to ${elsewhere || "something else"}.`, "zh-cn": `它的网卡接在${elsewhere === "" ? "别处" : ` ${elsewhere} 上`}。` },
    look: { en: `\`virsh domiflist ${made.name} --inactive\`.`, "zh-cn": `看 \`virsh domiflist ${made.name} --inactive\`。` },
  });
}

/** The devices that virt-install gives to a guest whose system it knows. */
export function drivers(made: NewGuest): Outcome {
  const absent = missing(made);
  if (absent !== undefined) return absent;
  const xml = definition(made.libvirt.guest(made.name));
  const bus = xml?.value(`${DISK}/target/@bus`) ?? "-";
  const model = xml?.value("//interface/model/@type") ?? "-";
  const said = { en: `Disk: ${bus}, network card: ${model}.`, "zh-cn": `磁盘：${bus}，网卡：${model}。` };
  if (bus === "virtio" && model.startsWith("virtio")) return passed(said);
  return failed({
    expected: { en: "Its disk and its network card are virtio devices.", "zh-cn": "它的磁盘和网卡都是 virtio 设备。" },
    found: said,
    look: {
      en: "virt-install chooses devices by the system that it is told: `--osinfo` with a name from `virt-install --osinfo list`, and not generic or require=off.",
      "zh-cn": "virt-install 按你告诉它的系统来选设备：`--osinfo` 加一个 `virt-install --osinfo list` 里的名字，不要用 generic 或 require=off。",
    },
  });
}

function isLocal(address: string): boolean {
  return address === "localhost" || address === "::1" || address.startsWith("127.");
}

/** What in one definition is not a VNC screen with this port on loopback; undefined when it is. */
function otherScreen(xml: Xml, port: number): Text | undefined {
  const screens = xml.values("//graphics/@type");
  if (!xml.has(VNC)) {
    const others = screens.join(", ");
    return others === ""
      ? { en: "It has no screen.", "zh-cn": "它没有图形界面。" }
      : { en: `Its screen is ${others}, and not VNC.`, "zh-cn": `它的图形界面是 ${others}，不是 VNC。` };
  }
  const addresses = [...xml.values(`${VNC}/@listen`), ...xml.values(`${VNC}/listen/@address`)];
  const open = addresses.find((address) => !isLocal(address));
  if (open !== undefined) {
    return {
      en: `It listens on ${open} and asks for no password: whoever reaches the host by network sits at this guest's screen.`,
      "zh-cn": `它监听 ${open}，又没有口令：凡是能从网络到达宿主机的人，都坐到了这台客户机的屏幕前。`,
    };
  }
  const network = xml.value(`${VNC}/listen[@type='network']/@network`);
  if (network !== undefined) return { en: `It listens in the network ${network}.`, "zh-cn": `它监听在网络 ${network} 里。` };
  const found = xml.number(`${VNC}/@port`) ?? -1;
  if (found === -1 || xml.value(`${VNC}/@autoport`) === "yes") {
    return { en: "Its port is chosen anew at each start.", "zh-cn": "它的端口每次启动时重新挑选。" };
  }
  if (found !== port) return { en: `Its port is ${found}.`, "zh-cn": `它的端口是 ${found}。` };
  return undefined;
}

/**
 * A VNC screen with a fixed port, for this computer only.
 * @param listening what `ss` says of that port: a line for each socket, nothing when there is none
 */
export function screen(made: NewGuest, port: number, listening: string): Outcome {
  const absent = missing(made);
  if (absent !== undefined) return absent;
  const { name, libvirt } = made;
  const guest = libvirt.guest(name);
  const wrong = (found: Text): Outcome =>
    failed({
      expected: { en: `${name} has a VNC screen on 127.0.0.1, port ${port}.`, "zh-cn": `${name} 有 VNC 图形界面，在 127.0.0.1 的 ${port} 端口。` },
      found,
      look: {
        en: `\`virsh dumpxml ${name} --xpath //graphics\`, and \`ss -ltn\`.`,
        "zh-cn": `看 \`virsh dumpxml ${name} --xpath //graphics\` 和 \`ss -ltn\`。`,
      },
    });
  for (const xml of [guest?.live, guest?.config]) {
    const other = xml && otherScreen(xml, port);
    if (other !== undefined) return wrong(other);
  }
  if (guest?.live !== undefined && listening.trim() === "") {
    return wrong({ en: `Its definition says so, but nothing listens on port ${port}.`, "zh-cn": `定义里是这样写的，但没有进程监听 ${port} 端口。` });
  }
  return passed({ en: `VNC on 127.0.0.1:${port}.`, "zh-cn": `VNC，127.0.0.1:${port}。` });
}

/** Whether the running guest started from lab.iso: the disc lies in its drive, and it looked there, or was given the kernel of the disc. */
function startedFromDisc(live: Xml): boolean {
  const discs = live.values(`${DRIVE}/source/@*[name()='file' or name()='volume']`);
  if (discs.length === 0) return false;
  return live.has("//os/boot[@dev='cdrom']") || live.has(`${DRIVE}/boot`) || live.has("//os/kernel");
}

/** It runs the installer of its disc, or a system is on its disk already. */
export function installing(made: NewGuest): Outcome {
  const absent = missing(made);
  if (absent !== undefined) return absent;
  const { name, libvirt, traces } = made;
  if (traces.bootable) return passed({ en: "A system is on its disk.", "zh-cn": "系统已经在它的磁盘上。" });
  const expected = { en: `${name} runs the installer, or a system is on its disk.`, "zh-cn": `${name} 正在运行安装程序，或者磁盘上已有系统。` };
  const state = libvirt.state(name);
  if (state.state === "shut-off") {
    return failed({
      expected,
      found: { en: "It is off, and there is no system on its disk.", "zh-cn": "它没有开机，磁盘上也没有系统。" },
      look: {
        en: `The disc is in the drive for the first start only. Make the guest anew: \`virsh undefine ${name} --remove-all-storage\`, then virt-install.`,
        "zh-cn": `光盘只在第一次启动时在驱动器里。请重新创建：先 \`virsh undefine ${name} --remove-all-storage\`，再 virt-install。`,
      },
    });
  }
  const stopped = notRunning(state);
  if (stopped !== undefined) return stopped;
  const live = libvirt.guest(name)?.live;
  if (live !== undefined && startedFromDisc(live)) return passed({ en: "The installer is running.", "zh-cn": "安装程序正在运行。" });
  return failed({
    expected,
    found: { en: "It runs, but it did not start from a disc, and its disk is empty.", "zh-cn": "它在运行，但不是从光盘启动的，磁盘又是空的。" },
    look: {
      en: `\`virsh domblklist ${name} --details\` and \`virsh dumpxml ${name} --xpath //boot\`.`,
      "zh-cn": `看 \`virsh domblklist ${name} --details\` 和 \`virsh dumpxml ${name} --xpath //boot\`。`,
    },
  });
}
