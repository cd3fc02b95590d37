import { both, type Text } from "./figure-words.ts";

/** Where the hypervisor stands: type 1 on the bare machine, type 2 on an operating system; `disputed` where both are taught; `none` where there is none. */
export const PLACES = ["type-1", "type-2", "disputed", "none"] as const;
export type Place = (typeof PLACES)[number];

/** How a guest's kernel is run. `shared` is no way of running one: the host's kernel is used. */
export const TECHNIQUES = ["emulation", "binary-translation", "paravirtualization", "hardware", "shared"] as const;
export type Technique = (typeof TECHNIQUES)[number];

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly place: Place;
  readonly techniques: readonly Technique[];
  readonly note: Text;
}

/**
 * Twelve products on two independent axes. `place` follows Goldberg (1972); the techniques are what the product uses for the guest's kernel, not for its devices.
 * Sources: handbook.xenproject.org, "Virtualization Concepts" (PV, HVM, PVH); Linux, Documentation/virt/kvm; xhyve's README ("bhyve is roughly analogous to KVM + QEMU").
 */
export const PRODUCTS: readonly Product[] = [
  {
    id: "xen-pv",
    name: "Xen PV",
    place: "type-1",
    techniques: ["paravirtualization"],
    note: both("The guest’s kernel is adapted and calls Xen. It needs no help from the CPU.", "客户机内核经过修改，主动调用 Xen，不需要 CPU 的帮助。"),
  },
  {
    id: "xen-hvm",
    name: "Xen HVM",
    place: "type-1",
    techniques: ["hardware"],
    note: both(
      "The same Xen, in the same place, with another technique: the guest’s kernel is unchanged.",
      "还是同一个 Xen，还在同一个位置，只是换了技术：客户机内核不用修改。",
    ),
  },
  {
    id: "esxi",
    name: "VMware ESXi",
    place: "type-1",
    techniques: ["hardware"],
    note: both(
      "Its VMkernel owns the hardware. Early versions used binary translation in the same place.",
      "它的 VMkernel 掌管硬件。早期版本在同一个位置用的是二进制翻译。",
    ),
  },
  {
    id: "hyper-v",
    name: "Hyper-V",
    place: "type-1",
    techniques: ["hardware"],
    note: both(
      "It slips under Windows: the Windows that one sees is the root partition, itself above the hypervisor.",
      "它钻到 Windows 下面：平时看到的 Windows 是根分区，本身也运行在虚拟机管理程序之上。",
    ),
  },
  {
    id: "kvm",
    name: "KVM",
    place: "disputed",
    techniques: ["hardware"],
    note: both(
      "Modules of Linux. Type 1 to some, because Linux itself becomes the hypervisor; type 2 to others, because Linux is a full operating system. The question decides nothing about speed.",
      "它是 Linux 的内核模块。有人说是 1 型，因为 Linux 自己变成了虚拟机管理程序；有人说是 2 型，因为 Linux 是完整的操作系统。这个问题与速度无关。",
    ),
  },
  {
    id: "virtualbox",
    name: "VirtualBox",
    place: "type-2",
    techniques: ["hardware"],
    note: both(
      "A program and a driver on Windows, macOS or Linux. Since 6.1 it needs VT-x or AMD-V.",
      "运行在 Windows、macOS 或 Linux 上的程序加驱动。从 6.1 起必须有 VT-x 或 AMD-V。",
    ),
  },
  {
    id: "vmware-workstation",
    name: "VMware Workstation",
    place: "type-2",
    techniques: ["hardware"],
    note: both(
      "Began in 1999 with binary translation, when x86 offered no help. The place has stayed, the technique has changed.",
      "1999 年起步时 x86 还没有硬件支持，用的是二进制翻译。位置没变，技术变了。",
    ),
  },
  {
    id: "qemu-tcg",
    name: "QEMU/TCG",
    place: "type-2",
    techniques: ["emulation", "binary-translation"],
    note: both(
      "An ordinary program that translates the guest’s code. Works for any CPU, and is slow.",
      "一个普通程序，逐块翻译客户机的代码。什么 CPU 都能模拟，但是慢。",
    ),
  },
  {
    id: "bhyve",
    name: "bhyve",
    place: "type-2",
    techniques: ["hardware"],
    note: both(
      "A module of FreeBSD’s kernel and a program, built like KVM and QEMU. Usually counted as type 2; what is disputed about KVM can be disputed here.",
      "FreeBSD 的内核模块加一个程序，构造与 KVM 和 QEMU 相似。通常算作 2 型；关于 KVM 的争论，对它也成立。",
    ),
  },
  {
    id: "lxc",
    name: "LXC",
    place: "none",
    techniques: ["shared"],
    note: both(
      "Containers: processes of the host’s kernel, seen through namespaces. No guest kernel, no hypervisor.",
      "容器：就是宿主机内核上的进程，只是隔着命名空间。没有客户机内核，也没有虚拟机管理程序。",
    ),
  },
  {
    id: "docker",
    name: "Docker",
    place: "none",
    techniques: ["shared"],
    note: both(
      "Containers made from images. On Windows and macOS they run inside a Linux VM, which does have a hypervisor.",
      "由镜像创建的容器。在 Windows 和 macOS 上，它们运行在一台 Linux 虚拟机里，那里才有虚拟机管理程序。",
    ),
  },
  {
    id: "wine",
    name: "Wine",
    place: "none",
    techniques: ["shared"],
    note: both(
      "No machine is virtualized: Wine is the Windows API, written again as libraries and programs for Linux.",
      "没有虚拟任何机器：Wine 是把 Windows 的 API 在 Linux 上重新写成库和程序。",
    ),
  },
];
