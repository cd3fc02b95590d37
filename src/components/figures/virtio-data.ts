import { both, type Text } from "./figure-words.ts";

export const DEVICES = ["ahci", "virtio", "vhost"] as const;
export type Device = (typeof DEVICES)[number];

/** Who is at work. The first two run on the guest's side of the border, the rest on the host's. */
export const ACTORS = ["guest", "kvm", "qemu", "vhost"] as const;
export type Actor = (typeof ACTORS)[number];

export interface IoEvent {
  readonly actor: Actor;
  readonly text: Text;
  /** The guest's access makes its CPU leave the guest. */
  readonly exit?: true;
  /** For this exit the thread of the vCPU goes on to QEMU, and the guest waits for it. */
  readonly waits?: true;
}

const mmio = (en: string, zhCn: string): IoEvent => ({
  actor: "guest",
  exit: true,
  waits: true,
  text: both(`${en} Exit: KVM passes it to QEMU, which plays the controller; the guest waits.`, `${zhCn}退出：KVM 交给扮演控制器的 QEMU，客户机等着。`),
});

/**
 * One request each. Counted are the exits that the driver's own accesses cause; what the delivery of an interrupt costs depends on the processor (AVIC, posted interrupts).
 * Sources: Linux, drivers/ata/libahci.c (ahci_qc_issue, ahci_single_edge_irq_intr, ahci_handle_port_interrupt, ahci_qc_complete), NCQ and one MSI;
 * drivers/block/virtio_blk.c, drivers/virtio; Documentation/virt/kvm/api.rst (KVM_IOEVENTFD, KVM_IRQFD); drivers/vhost/net.c.
 */
export const IO_EVENTS: Readonly<Record<Device, readonly IoEvent[]>> = {
  ahci: [
    {
      actor: "guest",
      text: both("The driver puts the command and the address of the 4 KiB into its own memory.", "驱动把命令和这 4 KiB 的地址写进自己的内存。"),
    },
    mmio("It writes the register SACT: which slot is in use.", "写 SACT 寄存器：登记用了哪个槽位。"),
    mmio("It writes the register CI: start.", "写 CI 寄存器：开始执行。"),
    {
      actor: "qemu",
      text: both("QEMU reads the command, writes the data to the image file, and raises an interrupt.", "QEMU 读出命令，把数据写入镜像文件，然后发出中断。"),
    },
    mmio("The interrupt handler reads the controller’s status: which port?", "中断处理程序读控制器的状态：是哪个端口？"),
    mmio("It clears the controller’s status.", "清除控制器的状态。"),
    mmio("It reads the port’s status.", "读端口的状态。"),
    mmio("It clears the port’s status.", "清除端口的状态。"),
    mmio("It reads SACT: which slots are finished?", "读 SACT：哪些槽位已经完成？"),
    { actor: "guest", text: both("The request is done.", "请求完成。") },
  ],
  virtio: [
    {
      actor: "guest",
      text: both(
        "The driver puts the request and the address of the 4 KiB into a ring in memory that QEMU can read.",
        "驱动把请求和这 4 KiB 的地址放进内存里的环形队列，QEMU 可以直接读。",
      ),
    },
    {
      actor: "guest",
      exit: true,
      text: both(
        "One write to the notify register. Exit: KVM only rings an eventfd (ioeventfd), and the guest goes on at once.",
        "写一次通知寄存器。退出：KVM 只是触发一个 eventfd（ioeventfd），客户机马上继续运行。",
      ),
    },
    {
      actor: "kvm",
      text: both(
        "KVM knows this address and which eventfd belongs to it. The thread of the vCPU does not go to QEMU.",
        "KVM 记得这个地址对应哪个 eventfd。vCPU 线程不必转到 QEMU。",
      ),
    },
    {
      actor: "qemu",
      text: both(
        "Another thread of QEMU wakes, takes the request from the ring, writes the data to the image file, and marks the request as used.",
        "QEMU 的另一个线程醒来，从队列取出请求，把数据写入镜像文件，再把请求标记为已用。",
      ),
    },
    {
      actor: "kvm",
      text: both("It writes to another eventfd (irqfd), and KVM gives the guest one interrupt.", "它写另一个 eventfd（irqfd），KVM 给客户机一次中断。"),
    },
    {
      actor: "guest",
      text: both(
        "The handler looks into the ring, in memory. No register is touched. The request is done.",
        "中断处理程序在内存里查看队列，不碰任何寄存器。请求完成。",
      ),
    },
  ],
  vhost: [
    {
      actor: "guest",
      text: both("The driver puts the 4 KiB, packed for the network, into the ring of the network card.", "驱动把这 4 KiB 打成数据包，放进网卡的队列。"),
    },
    {
      actor: "guest",
      exit: true,
      text: both(
        "One write to the notify register. Exit: KVM rings the eventfd, and the guest goes on.",
        "写一次通知寄存器。退出：KVM 触发 eventfd，客户机继续运行。",
      ),
    },
    { actor: "vhost", text: both("A thread of the host’s kernel, vhost, wakes and reads the ring itself.", "宿主机内核的 vhost 线程醒来，自己读队列。") },
    {
      actor: "vhost",
      text: both(
        "It hands them to the tap device, which is a port of the bridge. QEMU is not on the path.",
        "它把数据包交给 tap 设备，也就是网桥的一个端口。整条路上没有 QEMU。",
      ),
    },
    {
      actor: "kvm",
      text: both(
        "vhost writes to the irqfd, and KVM gives the guest one interrupt, if the guest asked for one.",
        "vhost 写 irqfd；如果客户机需要，KVM 给它一次中断。",
      ),
    },
    { actor: "guest", text: both("The driver finds the used entry in the ring. The data are sent.", "驱动在队列里看到已用的条目。数据发出去了。") },
  ],
};

/** What the accesses of the driver cost in the first `count` events. */
export function ioTally(device: Device, count: number = IO_EVENTS[device].length): { readonly exits: number; readonly waits: number } {
  const events = IO_EVENTS[device].slice(0, count);
  return { exits: events.filter((event) => event.exit).length, waits: events.filter((event) => event.waits).length };
}

export const VIRTIO_WORDS = {
  title: both("One write of 4 KiB, three kinds of device", "写一次 4 KiB，三种设备"),
  about: both(
    "How often must the guest’s CPU leave the guest for one request, and how often does the guest wait for QEMU?",
    "为了一个请求，客户机的 CPU 要退出多少次？其中有多少次客户机要等 QEMU？",
  ),
  choose: both("The device", "设备"),
  devices: {
    ahci: both("disk, emulated AHCI", "磁盘，模拟的 AHCI"),
    virtio: both("disk, virtio", "磁盘，virtio"),
    vhost: both("network, virtio with vhost", "网络，virtio 加 vhost"),
  } satisfies Record<Device, Text>,
  actors: {
    guest: both("guest: its driver", "客户机：它的驱动"),
    kvm: both("host kernel: KVM", "宿主机内核：KVM"),
    qemu: both("QEMU: user space", "QEMU：用户空间"),
    vhost: both("host kernel: vhost", "宿主机内核：vhost"),
  } satisfies Record<Actor, Text>,
  soFar: (exits: number, waits: number): Text => both(`Exits so far: ${exits}, waits for QEMU: ${waits}`, `累计退出 ${exits} 次，等 QEMU ${waits} 次`),
  device: both("Device", "设备"),
  exits: both("Exits per request", "每个请求的退出次数"),
  waits: both("Waits for QEMU", "等 QEMU 的次数"),
  note: both(
    "Counted are the exits caused by the driver’s own accesses, for a single request. Under load virtio needs fewer still: several requests share a notification and an interrupt.",
    "只计驱动自己的访问引起的退出，而且只有一个请求。负载高时 virtio 还会更少：多个请求共用一次通知和一次中断。",
  ),
};
