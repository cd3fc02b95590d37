import { both, type Text } from "./figure-words.ts";

export interface Layer {
  readonly id: string;
  readonly name: Text;
  readonly examples: Text;
}
export interface Boundary {
  readonly id: string;
  readonly name: Text;
  /** What crosses it, down and up. */
  readonly crosses: Text;
  readonly see: string;
}

/** From the top down: between a layer and the next one lies a boundary. */
export const LAYERS: readonly Layer[] = [
  { id: "person", name: both("You", "人"), examples: both("the person who wants something done", "想做成某件事的人") },
  { id: "application", name: both("Application", "应用程序"), examples: both("a word processor, `virsh`, a shell", "文字处理软件、`virsh`、shell") },
  {
    id: "library",
    name: both("Library", "库"),
    examples: both("code in files that many programs use: `libc.so.6`, `libvirt.so.0`", "许多程序共用的代码文件：`libc.so.6`、`libvirt.so.0`"),
  },
  { id: "kernel", name: both("Kernel", "内核"), examples: both("Linux, with its drivers", "Linux，包括它的驱动程序") },
  { id: "hardware", name: both("Hardware", "硬件"), examples: both("CPU, memory, disks, network cards", "CPU、内存、硬盘、网卡") },
];

export const BOUNDARIES: readonly Boundary[] = [
  {
    id: "ui",
    name: both("GUI or command line", "图形界面或命令行"),
    crosses: both("Down: clicks and commands. Up: windows and text.", "向下：点击和命令。向上：窗口和文字。"),
    see: "virsh list",
  },
  {
    id: "api",
    name: both("API: function calls", "API：函数调用"),
    crosses: both(
      "Down: a call such as `printf`, by name. Up: its result. It stays in user space: no mode switch.",
      "向下：按名字调用函数，例如 `printf`。向上：函数的结果。全在用户空间里，没有模式切换。",
    ),
    see: "ldd /usr/bin/virsh",
  },
  {
    id: "abi",
    name: both("ABI: system calls", "ABI：系统调用"),
    crosses: both(
      "Down: a number such as `write` = 1, with values in registers. Up: a result or an error. The CPU changes from ring 3 to ring 0 and back. A program may also call the kernel without a library.",
      "向下：一个编号，例如 `write` = 1，参数放在寄存器里。向上：结果或错误。CPU 从 3 环转到 0 环，再回来。程序也可以不经过库，直接调用内核。",
    ),
    see: "strace -c true",
  },
  {
    id: "isa",
    name: both("Instructions, device registers, interrupts", "指令集、设备寄存器、中断"),
    crosses: both(
      "Down: instructions, and reads and writes of device registers. Up: data and interrupts. Ordinary instructions of a program reach the CPU directly; only the kernel may use the privileged ones.",
      "向下：指令，以及对设备寄存器的读写。向上：数据和中断。程序的普通指令直接到达 CPU；特权指令只有内核可以使用。",
    ),
    see: "cat /proc/interrupts",
  },
];

export const LAYERS_WORDS = {
  title: both("Five layers, four boundaries", "五层，四条界线"),
  about: both(
    "Each layer asks the one below it. What they may say to each other is the boundary between them. Open a boundary to see what crosses it.",
    "每一层都向下一层提出请求。它们之间能说什么，由两层之间的界线规定。打开一条界线，看看什么会穿过它。",
  ),
  see: both("To see it on your host:", "在宿主机上查看："),
  up: both("higher: more abstract, nearer to what you want", "越高：越抽象，越接近目的"),
  down: both("lower: more concrete, nearer to the hardware", "越低：越具体，越接近硬件"),
};
