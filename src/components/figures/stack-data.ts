import { both, type Text } from "./figure-words.ts";

/** How libvirt's work is split: one daemon (Debian 13), or one for each kind of thing (RHEL 9 and later, Fedora). */
export type Daemons = "monolithic" | "modular";

export interface StackBox {
  readonly id: string;
  readonly name: string;
  readonly what: Text;
  /** The file, socket or call in which it can be grasped. */
  readonly place: string;
  /** The command that shows it on the host (in the guest for the guest's kernel). */
  readonly see: string;
  /** Only with this kind of daemons. */
  readonly only?: Daemons;
}

/** From the learner's command down to the CPU. Names, paths and commands are those of a Debian 13 host of the lab. */
export const COLUMN: readonly StackBox[] = [
  {
    id: "virsh",
    name: "virsh",
    what: both(
      "A client: it turns your line into one call of the library libvirt.so, which sends it on. virt-manager, virt-install and Cockpit do the same.",
      "客户端：把你输入的一行变成对 libvirt.so 库的一次调用，由库发送出去。virt-manager、virt-install、Cockpit 也是这样。",
    ),
    place: "/usr/bin/virsh",
    see: "virsh uri",
  },
  {
    id: "socket",
    name: "libvirt-sock",
    what: both(
      "A socket of systemd’s: the first client wakes the daemon. Requests cross it as RPC messages.",
      "由 systemd 监听的套接字：第一个客户端会唤醒守护进程。请求以 RPC 消息的形式通过它。",
    ),
    place: "/run/libvirt/libvirt-sock",
    see: "ss -xlp | grep libvirt-sock",
    only: "monolithic",
  },
  {
    id: "socket",
    name: "virtqemud-sock",
    what: both(
      "The socket of the daemon for QEMU. Clients of the old socket are served by virtproxyd.",
      "QEMU 守护进程的套接字。仍用旧套接字的客户端由 virtproxyd 接待。",
    ),
    place: "/run/libvirt/virtqemud-sock",
    see: "ss -xlp | grep virtqemud-sock",
    only: "modular",
  },
  {
    id: "daemon",
    name: "libvirtd",
    what: both(
      "Keeps the definitions, checks each request, starts QEMU, and speaks to every QEMU that runs. It may be restarted: the guests run on without it.",
      "保管虚拟机定义，检查每个请求，启动 QEMU，并与每个运行中的 QEMU 通信。它可以重启：没有它，客户机照常运行。",
    ),
    place: "/usr/sbin/libvirtd",
    see: "systemctl status libvirtd",
    only: "monolithic",
  },
  {
    id: "daemon",
    name: "virtqemud",
    what: both(
      "Does this for QEMU alone. Networks belong to virtnetworkd, pools to virtstoraged.",
      "只负责 QEMU 的这些事。网络归 virtnetworkd，存储池归 virtstoraged。",
    ),
    place: "/usr/sbin/virtqemud",
    see: "systemctl status virtqemud",
    only: "modular",
  },
  {
    id: "monitor",
    name: "monitor.sock",
    what: both(
      "QEMU’s own control socket. Commands and events cross it as JSON: the protocol is called QMP.",
      "QEMU 自己的控制套接字。命令和事件以 JSON 格式通过它，这个协议叫 QMP。",
    ),
    place: "/var/lib/libvirt/qemu/domain-1-smartgo_01/monitor.sock",
    see: 'virsh qemu-monitor-command smartgo_01 \'{"execute":"query-cpus-fast"}\'',
  },
  {
    id: "qemu",
    name: "qemu-system-x86_64",
    what: both(
      "The running VM is this process. Its memory holds the guest’s RAM, each vCPU is one of its threads, and it plays the devices.",
      "运行中的虚拟机就是这个进程。客户机的内存在它的内存里，每个 vCPU 是它的一个线程，设备由它扮演。",
    ),
    place: "/usr/bin/qemu-system-x86_64",
    see: "ps -T -p $(cat /run/libvirt/qemu/smartgo_01.pid)",
  },
  {
    id: "dev-kvm",
    name: "/dev/kvm",
    what: both(
      "The door to KVM. `ioctl` makes a VM of it (KVM_CREATE_VM), of that a vCPU (KVM_CREATE_VCPU), and runs it (KVM_RUN). Each is a file descriptor.",
      "通往 KVM 的门。用 `ioctl` 由它创建虚拟机（KVM_CREATE_VM），由虚拟机创建 vCPU（KVM_CREATE_VCPU），再让它运行（KVM_RUN）。它们都是文件描述符。",
    ),
    place: "/dev/kvm, anon_inode:kvm-vm, anon_inode:kvm-vcpu:0",
    see: "ls -l /proc/$(cat /run/libvirt/qemu/smartgo_01.pid)/fd | grep kvm",
  },
  {
    id: "kvm",
    name: "kvm, kvm_amd",
    what: both(
      "Modules of the host’s kernel. `kvm` is the common part, `kvm_amd` (or `kvm_intel`) knows the processor. They enter the guest and handle its exits.",
      "宿主机内核的模块。`kvm` 是公共部分，`kvm_amd`（或 `kvm_intel`）了解具体的处理器。它们进入客户机，并处理它的退出。",
    ),
    place: "/sys/module/kvm, /sys/module/kvm_amd",
    see: "lsmod | grep kvm",
  },
  {
    id: "cpu",
    name: "CPU",
    what: both(
      "With SVM (AMD) or VT-x (Intel). One instruction, VMRUN on AMD, takes it into the guest; an exit brings it back.",
      "带 SVM（AMD）或 VT-x（Intel）。一条指令（AMD 上是 VMRUN）让它进入客户机，虚拟机退出让它回来。",
    ),
    place: "/proc/cpuinfo",
    see: "grep -c -w svm /proc/cpuinfo",
  },
  {
    id: "guest",
    name: "smartgo_01: Linux",
    what: both(
      "The guest’s kernel. It runs on the same CPU, in non-root mode, and sees only what QEMU and KVM show it.",
      "客户机内核。它运行在同一个 CPU 上，处于非根模式，只看得到 QEMU 和 KVM 给它看的东西。",
    ),
    place: "/sys/devices/system/cpu/online",
    see: "cat /sys/devices/system/cpu/online",
  },
];

/** What QEMU holds beside the CPU. */
export const BESIDE: readonly StackBox[] = [
  {
    id: "tap",
    name: "vnet0",
    what: both(
      "The guest’s network card ends in this tap device, a port of the bridge virbr0. The kernel’s vhost moves the packets.",
      "客户机网卡的另一端就是这个 tap 设备，它是网桥 virbr0 的一个端口。数据包由内核的 vhost 搬运。",
    ),
    place: "/dev/net/tun, /dev/vhost-net",
    see: "virsh domiflist smartgo_01",
  },
  {
    id: "bridge",
    name: "virbr0, dnsmasq",
    what: both(
      "The network `default`: a bridge with an address of the host’s, and a dnsmasq that hands out addresses.",
      "`default` 网络：一个带宿主机地址的网桥，加上分配地址的 dnsmasq。",
    ),
    place: "/var/lib/libvirt/dnsmasq/default.conf",
    see: "pgrep -a dnsmasq",
  },
  {
    id: "disk",
    name: "smartgo_01.qcow2",
    what: both(
      "The disk: a file that holds only what the guest has changed. What it has not changed is read from the backing file debian-13-small.qcow2.",
      "磁盘：一个只保存客户机改动部分的文件。没有改过的从后备文件 debian-13-small.qcow2 读取。",
    ),
    place: "/var/lib/libvirt/images/smartgo_01.qcow2",
    see: "qemu-img info -U --backing-chain /var/lib/libvirt/images/smartgo_01.qcow2",
  },
  {
    id: "serial",
    name: "pty, VNC",
    what: both(
      "The serial port ends in a pseudo-terminal, to which `virsh console` connects. A screen would be a TCP port from 5900 on; smartgo_01 has none.",
      "串口的另一端是一个伪终端，`virsh console` 连的就是它。如果有图形屏幕，那就是从 5900 起的一个 TCP 端口；smartgo_01 没有。",
    ),
    place: "/dev/pts/0",
    see: "virsh ttyconsole smartgo_01",
  },
  {
    id: "agent",
    name: "org.qemu.guest_agent.0",
    what: both("A socket that leads through a virtio serial port to the agent inside the guest.", "一个套接字，经过 virtio 串口通到客户机里面的代理程序。"),
    place: "/run/libvirt/qemu/channel/1-smartgo_01/org.qemu.guest_agent.0",
    see: 'virsh qemu-agent-command smartgo_01 \'{"execute":"guest-get-vcpus"}\'',
  },
];

export interface RequestStep {
  /** The box that is at work. */
  readonly box: string;
  readonly text: Text;
  /** What really crossed, as strace showed it. */
  readonly seen?: string;
}

/** `virsh setvcpus smartgo_01 4 --live`, followed with strace on a host of the lab (libvirt 11.3, QEMU 10.0). */
export const REQUEST: readonly RequestStep[] = [
  {
    box: "virsh",
    text: both(
      "virsh calls `virDomainSetVcpusFlags` of the library: this guest, 4 vCPUs, the running one.",
      "virsh 调用库函数 `virDomainSetVcpusFlags`：这台客户机，4 个 vCPU，改运行中的。",
    ),
  },
  { box: "socket", text: both("The library packs the call into an RPC message and writes it into the socket.", "库把调用打包成 RPC 消息，写入套接字。") },
  {
    box: "daemon",
    text: both(
      "The daemon checks: does the guest run, and is 4 within its maximum of 4? One more would be refused here.",
      "守护进程检查：客户机在运行吗？4 有没有超过它的上限 4？再多一个就会在这里被拒绝。",
    ),
  },
  {
    box: "monitor",
    text: both("It tells QEMU to plug in a CPU, once for each of the three that are missing.", "它让 QEMU 插入一个 CPU。还缺三个，所以一共三次。"),
    seen: '{"execute":"device_add","arguments":{"driver":"host-x86_64-cpu","id":"vcpu1","core-id":0,"thread-id":0,"socket-id":1},"id":"libvirt-508"}',
  },
  { box: "qemu", text: both("QEMU makes a CPU, and a thread to run it.", "QEMU 创建一个 CPU，以及运行它的线程。"), seen: "CPU 1/KVM" },
  {
    box: "dev-kvm",
    text: both("The new thread asks KVM for a vCPU, and gets a file descriptor.", "新线程向 KVM 申请一个 vCPU，得到一个文件描述符。"),
    seen: "ioctl(13, KVM_CREATE_VCPU, 1) = 104",
  },
  {
    box: "kvm",
    text: both(
      "KVM sets it up: registers, interrupt controller. The thread calls KVM_RUN and waits there: nobody has started this CPU yet.",
      "KVM 把它准备好：寄存器、中断控制器。线程调用 KVM_RUN 并在里面等待：还没有人启动这个 CPU。",
    ),
  },
  {
    box: "daemon",
    text: both(
      "The daemon has QEMU count, and answers. virsh returns without a word. Inside the guest there may still be one CPU.",
      "守护进程让 QEMU 报一次数，然后答复。virsh 不声不响地返回。此时客户机里面可能还只有一个 CPU。",
    ),
    seen: '{"execute":"query-cpus-fast","id":"libvirt-510"}',
  },
  {
    box: "guest",
    text: both(
      "QEMU has raised an ACPI event. The guest’s kernel finds the new CPU, brings it online, and reports back.",
      "QEMU 已经发出 ACPI 事件。客户机内核发现新的 CPU，让它上线，并回报结果。",
    ),
    seen: '{"timestamp": {"seconds": 1795392757, "microseconds": 124338}, "event": "ACPI_DEVICE_OST", "data": {"info": {"device": "vcpu1", "source": 1, "status": 0, "slot": "1", "slot-type": "CPU"}}}',
  },
  {
    box: "cpu",
    text: both(
      "To bring it online, the guest sends the new CPU a start signal. Its thread leaves the wait, and the real CPU enters the guest.",
      "上线时，客户机向新的 CPU 发启动信号。它的线程不再等待，真实的 CPU 进入客户机。",
    ),
  },
];

export const STACK_WORDS = {
  title: both("From virsh down to the CPU", "从 virsh 一直到 CPU"),
  about: both(
    "Every box is a program, a file or a module of your host. Open one to see what it is, and the command that shows it. The steps follow `virsh setvcpus smartgo_01 4 --live`.",
    "每个方框都是你的宿主机上的一个程序、文件或模块。打开它，看看它是什么、用什么命令查看。下面的步骤跟着 `virsh setvcpus smartgo_01 4 --live` 走一遍。",
  ),
  choose: both("libvirt’s daemons", "libvirt 的守护进程"),
  daemons: { monolithic: both("one (Debian 13)", "一个（Debian 13）"), modular: both("many (RHEL 9, Fedora)", "多个（RHEL 9、Fedora）") } satisfies Record<
    Daemons,
    Text
  >,
  column: both("The way of a request", "请求经过的路"),
  beside: both("What else QEMU holds", "QEMU 手里的其他东西"),
  place: both("Where", "位置"),
  see: both("See it", "查看"),
  inGuest: both("See it in the guest", "在客户机里查看"),
  crossed: both("Seen:", "实际看到："),
};
