import { both, type Text } from "./figure-words.ts";

export const PLACES = ["host", "container", "guest"] as const;
export type Place = (typeof PLACES)[number];

export interface CompareRow {
  readonly id: string;
  readonly name: Text;
  /** How to read it, the same line in all three places. */
  readonly see?: string;
  /** What to expect of a container and of a guest, compared with the host. */
  readonly expect: Readonly<Record<"container" | "guest", Text>>;
  /** Whether a reader can measure it and type it in. */
  readonly measured: boolean;
}

export const COMPARE_ROWS: readonly CompareRow[] = [
  {
    id: "boot_id",
    name: both("boot_id", "boot_id"),
    see: "cat /proc/sys/kernel/random/boot_id",
    expect: {
      container: both("the host’s: it is the same kernel, and it booted once", "与宿主机相同：同一个内核，只启动过一次"),
      guest: both("its own: another kernel that booted by itself", "自己的：另一个内核，自己启动的"),
    },
    measured: true,
  },
  {
    id: "pid-1",
    name: both("PID 1", "PID 1"),
    see: "cat /proc/1/comm",
    expect: {
      container: both("the program that the container was started with; on the host it has another PID", "启动容器时指定的程序；它在宿主机上有另一个 PID"),
      guest: both("the init of its own system; on the host there is only a QEMU process", "自己系统的 init；宿主机上只看得到一个 QEMU 进程"),
    },
    measured: true,
  },
  {
    id: "memory",
    name: both("Memory", "内存"),
    see: "grep MemTotal /proc/meminfo",
    expect: {
      container: both(
        "the host’s MemTotal; it takes only what its programs use, up to a limit of its cgroup",
        "看到宿主机的 MemTotal；只占用程序实际使用的部分，上限由 cgroup 规定",
      ),
      guest: both("its own, fixed at start; the balloon moves it", "自己的，启动时定好；可以用气球调整"),
    },
    measured: true,
  },
  {
    id: "start",
    name: both("Start time", "启动时间"),
    expect: {
      container: both("a process starts: milliseconds", "启动一个进程：毫秒级"),
      guest: both("a machine boots: seconds", "启动一台机器：秒级"),
    },
    measured: true,
  },
  {
    id: "attack",
    name: both("Attack surface", "攻击面"),
    expect: {
      container: both("the host kernel’s system calls", "宿主机内核的系统调用"),
      guest: both("the devices that QEMU plays, and KVM’s exits", "QEMU 扮演的设备，以及 KVM 对退出的处理"),
    },
    measured: false,
  },
];

export const CONTAINER_OR_VM_WORDS = {
  title: both("Container or virtual machine", "容器还是虚拟机"),
  about: both(
    "One stands on the host’s kernel, the other has a kernel of its own. Measure both on your host and type in what you found: it stays on this page.",
    "一座建在宿主机的内核上，另一座有自己的内核。在你的宿主机上量一量，把结果填进来：它只留在这个页面里。",
  ),
  places: { host: both("host", "宿主机"), container: both("container", "容器"), guest: both("guest", "客户机") } satisfies Record<Place, Text>,
  programs: both("programs", "程序"),
  libraries: both("its own files and libraries", "自己的文件和库"),
  border: both("namespaces, cgroup", "命名空间、cgroup"),
  guestKernel: both("guest’s kernel", "客户机内核"),
  machine: both("QEMU: a machine in software", "QEMU：软件做的机器"),
  hostKernel: both("host’s kernel, with KVM", "宿主机内核，带 KVM"),
  hardware: both("hardware", "硬件"),
  kernels: { container: both("one kernel", "一个内核"), guest: both("two kernels", "两个内核") },
  show: both("Look at", "看什么"),
  measured: (place: Text): Text => both(`measured: ${place.en}`, `测得：${place["zh-cn"]}`),
  field: (row: Text, place: Text): Text => both(`${row.en}, ${place.en}: measured value`, `${place["zh-cn"]}的${row["zh-cn"]}：测得的值`),
  same: both("The container’s boot_id is the host’s: one kernel.", "容器的 boot_id 与宿主机相同：同一个内核。"),
  notSame: both(
    "The container’s boot_id is not the host’s. Then it is no container of this host, or one of the two was copied wrongly.",
    "容器的 boot_id 与宿主机不同。那它就不是这台宿主机上的容器，或者其中一个抄错了。",
  ),
  own: both("The guest’s boot_id is another: it has a kernel of its own.", "客户机的 boot_id 不同：它有自己的内核。"),
  notOwn: both("The guest’s boot_id is the host’s. Was the command run inside the guest?", "客户机的 boot_id 与宿主机相同。命令真的是在客户机里执行的吗？"),
};
