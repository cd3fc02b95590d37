import { both, type Text } from "./figure-words.ts";
import type { Place, Technique } from "./hypervisors-data.ts";

export const VIEWS = ["place", "technique", "notes"] as const;
export type View = (typeof VIEWS)[number];

/** One box of a stack. `owner`: it drives the hardware and shares it out. `guest`: it is a guest's kernel. */
export interface Part {
  readonly name: Text;
  readonly owner?: boolean;
  readonly guest?: boolean;
}
export interface Stack {
  readonly id: string;
  readonly name: Text;
  readonly place: Place;
  readonly techniques: readonly Technique[];
  /** From the hardware up; parts of one row stand side by side, and nothing may stand in a place. */
  readonly rows: readonly (readonly (Part | undefined)[])[];
  /** What the notes call it. */
  readonly notes: string;
}

const guestKernel = { name: both("guest kernel", "客户机内核"), guest: true };
const programs = { name: both("programs", "程序") };
const name = (product: string): Text => both(product, product);

export const STACKS: readonly Stack[] = [
  {
    id: "xen",
    name: name("Xen"),
    place: "type-1",
    techniques: ["paravirtualization", "hardware"],
    rows: [
      [{ name: name("Xen"), owner: true }],
      [
        { name: both("Dom0: Linux, drivers", "Dom0：Linux 和驱动") },
        { name: both("PV kernel, adapted", "PV 内核（改过）"), guest: true },
        { name: both("HVM kernel", "HVM 内核"), guest: true },
      ],
    ],
    notes: "I",
  },
  {
    id: "esxi",
    name: name("ESXi"),
    place: "type-1",
    techniques: ["hardware"],
    rows: [[{ name: name("VMkernel"), owner: true }], [guestKernel, guestKernel]],
    notes: "I",
  },
  {
    id: "hyper-v",
    name: name("Hyper-V"),
    place: "type-1",
    techniques: ["hardware"],
    rows: [[{ name: both("hypervisor", "虚拟机管理程序"), owner: true }], [{ name: both("root: Windows, drivers", "根分区：Windows 和驱动") }, guestKernel]],
    notes: "I",
  },
  {
    id: "kvm",
    name: name("KVM"),
    place: "disputed",
    techniques: ["hardware"],
    rows: [[{ name: both("Linux with kvm", "Linux 加 kvm"), owner: true }], [programs, { name: name("QEMU") }], [undefined, guestKernel]],
    notes: "II",
  },
  {
    id: "virtualbox",
    name: name("VirtualBox"),
    place: "type-2",
    techniques: ["hardware"],
    rows: [
      [{ name: both("Windows, macOS or Linux, with a driver", "Windows、macOS 或 Linux，加驱动"), owner: true }],
      [programs, { name: name("VirtualBox") }],
      [undefined, guestKernel],
    ],
    notes: "II",
  },
  {
    id: "qemu-tcg",
    name: name("QEMU/TCG"),
    place: "type-2",
    techniques: ["emulation", "binary-translation"],
    rows: [
      [{ name: both("any operating system", "任意操作系统"), owner: true }],
      [programs, { name: both("QEMU, translating", "QEMU（逐块翻译）") }],
      [undefined, guestKernel],
    ],
    notes: "III",
  },
  {
    id: "containers",
    name: both("Containers", "容器"),
    place: "none",
    techniques: ["shared"],
    rows: [
      [{ name: both("Linux: namespaces, cgroups", "Linux：命名空间、cgroup"), owner: true }],
      [{ name: both("container: programs", "容器：程序") }, { name: both("container: programs", "容器：程序") }],
    ],
    notes: "III",
  },
];

export const HYPERVISOR_WORDS = {
  title: both("Where it stands, and how it runs a guest", "它在哪里，又怎样运行客户机"),
  about: both(
    "Two questions that have nothing to do with each other. Choose one, and see what lights up.",
    "这是两个互不相干的问题。选一个，看看哪些方框亮起来。",
  ),
  choose: both("Look at", "看什么"),
  views: {
    place: both("who owns the hardware", "谁掌管硬件"),
    technique: both("how the guest kernel is run", "客户机内核怎样运行"),
    notes: both("older notes’ I, II, III", "旧资料的 I、II、III 型"),
  } satisfies Record<View, Text>,
  says: {
    place: both(
      "Lit: who drives the hardware and shares it out. Type 1 stands on the bare machine, type 2 on an operating system.",
      "亮起的是掌管和分配硬件的那一个。1 型直接建在裸机上，2 型建在操作系统上。",
    ),
    technique: both(
      "Lit: the guests’ kernels, and how they are run. The same place allows different techniques, and the same technique occurs in every place.",
      "亮起的是客户机内核，以及运行它的办法。同一个位置可以用不同的技术，同一种技术也出现在每个位置。",
    ),
    notes: both(
      "Older material says: I = paravirtualization, II = hardware assistance, III = software or containers. That mixes the two questions. Xen is type 1 and does both paravirtualization and hardware assistance; QEMU/TCG and containers have nothing in common; “type III” is no standard term.",
      "旧资料说：I 型 = 半虚拟化，II 型 = 硬件辅助，III 型 = 软件虚拟化或容器。这把两个问题混在了一起。Xen 是 1 型，既做半虚拟化也做硬件辅助；QEMU/TCG 和容器毫无共同之处；“III 型”也不是通用的术语。",
    ),
  } satisfies Record<View, Text>,
  places: {
    "type-1": both("type 1", "1 型"),
    "type-2": both("type 2", "2 型"),
    disputed: both("type 1 or 2: disputed", "1 型还是 2 型：有争议"),
    none: both("no hypervisor", "没有虚拟机管理程序"),
  } satisfies Record<Place, Text>,
  techniques: {
    emulation: both("emulation", "模拟"),
    "binary-translation": both("binary translation", "二进制翻译"),
    paravirtualization: both("paravirtualization", "半虚拟化"),
    hardware: both("hardware-assisted", "硬件辅助"),
    shared: both("no guest kernel: the host’s is shared", "没有客户机内核：共用宿主机的"),
  } satisfies Record<Technique, Text>,
  wrong: (type: string): Text => both(`type ${type}`, `${type} 型`),
  hardware: both("hardware", "硬件"),
  product: both("Product", "产品"),
  place: both("Where it stands", "位置"),
  technique: both("How it runs a guest’s kernel", "怎样运行客户机内核"),
  note: both("Note", "说明"),
  all: both("Twelve products on both axes", "十二个产品，两条轴"),
};
