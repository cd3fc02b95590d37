import { both, type Text } from "./figure-words.ts";

export const TRACKS = ["write", "add", "hlt"] as const;
export type Track = (typeof TRACKS)[number];

export interface RingStep {
  /** The ring in which the CPU is after this step. */
  readonly ring: 0 | 3;
  /** The instruction, or what the CPU does by itself. */
  readonly does: Text;
  readonly text: Text;
  /** Registers that this step sets: name and value. */
  readonly sets: readonly (readonly [string, string])[];
  /** What else there is to say of this step inside a virtual machine with VT-x or SVM. */
  readonly inVm?: Text;
}

const code = (instruction: string): Text => both(instruction, instruction);

/**
 * Sources: Intel SDM vol. 2, SYSCALL, SYSRET and HLT; Linux, arch/x86/entry/entry_64.S (entry_SYSCALL_64), fs/read_write.c (ksys_write, vfs_write),
 * arch/x86/kernel/traps.c (exc_general_protection).
 */
export const RING_STEPS: Readonly<Record<Track, readonly RingStep[]>> = {
  write: [
    {
      ring: 3,
      does: code("mov eax,1   mov edi,1   lea rsi,[msg]   mov edx,2"),
      text: both(
        "The program says what it wants in registers: call number 1 is `write`, to file 1, the text at this address, 2 bytes. These are ordinary instructions.",
        "程序在寄存器里写明自己要什么：1 号调用即 `write`，写到 1 号文件，文字在这个地址，共 2 个字节。这些都是普通指令。",
      ),
      sets: [
        ["RAX", "1"],
        ["RDI", "1"],
        ["RSI", '&"hi"'],
        ["RDX", "2"],
      ],
    },
    {
      ring: 0,
      does: code("syscall"),
      text: both(
        "The CPU keeps the return address in RCX and the flags in R11. It loads RIP from the register LSTAR, which the kernel filled at boot, and CS and SS from STAR. From now on it is in ring 0. The program cannot choose where the kernel is entered.",
        "CPU 把返回地址存入 RCX，把标志存入 R11，再从内核启动时填好的 LSTAR 寄存器装入 RIP，从 STAR 装入 CS 和 SS。从此处于 0 环。程序无法选择从哪里进入内核。",
      ),
      sets: [
        ["RCX", "RIP"],
        ["R11", "RFLAGS"],
        ["RIP", "LSTAR"],
        ["CPL", "0"],
      ],
      inVm: both(
        "From ring 3 to ring 0 of non-root mode: the guest has an LSTAR of its own. A system call of a guest causes no VM exit.",
        "从非根模式的 3 环到非根模式的 0 环：客户机有自己的 LSTAR。客户机的系统调用不引起虚拟机退出。",
      ),
    },
    {
      ring: 0,
      does: code("swapgs   mov rsp,…"),
      text: both(
        "SYSCALL has not changed the stack. The kernel’s first instructions find this CPU’s data (`swapgs`), move to the kernel stack, and save the program’s registers there.",
        "SYSCALL 没有换栈。内核最先执行的几条指令找到这个 CPU 的数据（`swapgs`），换到内核栈，并把程序的寄存器保存在那里。",
      ),
      sets: [
        ["GS", "kernel"],
        ["RSP", "kernel stack"],
      ],
    },
    {
      ring: 0,
      does: both("check", "检查"),
      text: both(
        "Is there a call number 1? Has this process a file 1, open for writing? Do the 2 bytes lie in memory that is the program’s? May it write here? If not, an error such as EBADF or EFAULT goes back, and nothing is written.",
        "有没有 1 号调用？这个进程有没有以写方式打开的 1 号文件？这 2 个字节是否在程序自己的内存里？它有没有权限写？只要有一项不成立，就返回 EBADF、EFAULT 之类的错误，什么也不写。",
      ),
      sets: [],
    },
    {
      ring: 0,
      does: both("the file’s driver", "文件的驱动程序"),
      text: both(
        "The kernel does the work as itself: it copies `hi` and hands it to whatever file 1 is: a terminal, a file system, a pipe. Only here may hardware be touched.",
        "内核以自己的身份做事：复制 `hi`，交给 1 号文件所代表的终端、文件系统或管道。只有到了这里，才可能接触硬件。",
      ),
      sets: [],
      inVm: both(
        "If the driver now touches a device that is only emulated, such as a serial port with `out`, there is a VM exit: the CPU goes to root mode, and QEMU plays the device.",
        "如果驱动程序此时用 `out` 之类的指令接触模拟的设备（例如串口），就会发生虚拟机退出：CPU 转到根模式，由 QEMU 扮演这个设备。",
      ),
    },
    {
      ring: 0,
      does: both("restore", "恢复现场"),
      text: both(
        "The result, 2 bytes written, goes into RAX. The kernel puts back the program’s registers and its stack.",
        "结果“写了 2 个字节”放进 RAX。内核恢复程序的寄存器和栈。",
      ),
      sets: [
        ["RAX", "2"],
        ["RSP", "user stack"],
        ["GS", "user"],
      ],
    },
    {
      ring: 3,
      does: code("sysret"),
      text: both(
        "SYSRET is SYSCALL backwards: RIP from RCX, the flags from R11, back to ring 3. The program goes on behind its `syscall`, and finds 2 in RAX. Two mode switches, no other process: that is not a context switch.",
        "SYSRET 与 SYSCALL 相反：RIP 取自 RCX，标志取自 R11，回到 3 环。程序从 `syscall` 的下一条指令继续，在 RAX 里看到 2。发生了两次模式切换，却没有换到别的进程：这不是上下文切换。",
      ),
      sets: [
        ["RIP", "RCX"],
        ["RFLAGS", "R11"],
        ["CPL", "3"],
      ],
    },
  ],
  add: [
    {
      ring: 3,
      does: code("mov eax,1"),
      text: both("The program puts a 1 into a register of the CPU.", "程序把 1 放进 CPU 的一个寄存器。"),
      sets: [["RAX", "1"]],
    },
    {
      ring: 3,
      does: code("add eax,1"),
      text: both(
        "The CPU adds. Nobody is asked: adding concerns no device and no other program, so it is not privileged. The kernel does not even learn of it.",
        "CPU 做加法，不必问任何人：加法不涉及设备，也不涉及别的程序，所以不是特权指令。内核甚至不知道有过这件事。",
      ),
      sets: [["RAX", "2"]],
      inVm: both(
        "The guest’s instruction runs on the real CPU at full speed. Neither the guest’s kernel nor the host learns of it.",
        "客户机的这条指令直接在真实的 CPU 上全速执行，客户机内核和宿主机都不知道。",
      ),
    },
    {
      ring: 3,
      does: both("done", "完成"),
      text: both(
        "No system call, no mode switch. To show the 2 on the screen would be another matter: that is a `write`.",
        "没有系统调用，没有模式切换。要把 2 显示到屏幕上就是另一回事了：那是一次 `write`。",
      ),
      sets: [],
    },
  ],
  hlt: [
    {
      ring: 3,
      does: code("hlt"),
      text: both("The program asks the CPU to stand still until an interrupt comes. HLT is privileged.", "程序要 CPU 停下来，直到有中断到来。HLT 是特权指令。"),
      sets: [],
    },
    {
      ring: 0,
      does: both("exception 13: #GP", "13 号异常：#GP"),
      text: both(
        "The CPU sees that it is not in ring 0. It does not carry out HLT. It raises a general protection fault: stack and entry point come from tables that the kernel has set up, and the CPU goes to ring 0.",
        "CPU 发现自己不在 0 环，于是不执行 HLT，而是产生一般保护异常：栈和入口地址取自内核设好的表，CPU 进入 0 环。",
      ),
      sets: [
        ["RIP", "IDT[13]"],
        ["RSP", "kernel stack"],
        ["CPL", "0"],
      ],
      inVm: both(
        "The fault goes to the guest’s own kernel. The ring is looked at first, so there is no VM exit. Only an HLT in the guest’s ring 0 would leave the guest.",
        "异常交给客户机自己的内核。CPU 先看特权级，所以没有虚拟机退出。只有在客户机的 0 环执行 HLT，才会离开客户机。",
      ),
    },
    {
      ring: 0,
      does: both("the kernel’s handler", "内核的异常处理程序"),
      text: both(
        "The kernel sees that the fault came from ring 3. It is the program’s fault, so the kernel sends it SIGSEGV, with the code SI_KERNEL and no address.",
        "内核看到异常来自 3 环，是程序的错，于是给程序发 SIGSEGV 信号，si_code 为 SI_KERNEL，没有出错地址。",
      ),
      sets: [],
    },
    {
      ring: 0,
      does: code("SIGSEGV {si_code=SI_KERNEL}"),
      text: both(
        "On the way back to ring 3 the signal is due. The program has no handler for it, so it never comes back: the kernel ends it. The shell reports “Segmentation fault”, and the status is 139 = 128 + 11.",
        "在返回 3 环的路上处理信号。程序没有为它准备处理函数，所以再也回不去：内核结束了它。shell 报告“段错误”，退出状态是 139 = 128 + 11。",
      ),
      sets: [],
    },
  ],
};

export const RINGS_WORDS = {
  title: both("Rings and the mode switch", "特权级与模式切换"),
  about: both(
    "One CPU and the ring it is in. Choose what the program does, and follow it step by step.",
    "一个 CPU，以及它此刻所在的环。选择程序要做的事，一步一步跟着看。",
  ),
  choose: both("The program runs", "程序执行"),
  tracks: { write: both('write(1, "hi", 2)', 'write(1, "hi", 2)'), add: both("1 + 1", "1 + 1"), hlt: both("HLT", "HLT") } satisfies Record<Track, Text>,
  insideVm: both("inside a VM", "在虚拟机里"),
  legend: [
    both("3: programs", "3：程序"),
    both("2 and 1: empty in Linux and Windows, whose drivers run in ring 0", "2 和 1：空着。Linux 和 Windows 的驱动程序运行在 0 环"),
    both("0: the kernel", "0：内核"),
  ],
  vmNote: both(
    "VT-x and SVM do not add a ring. They add a second axis: root mode for the host, non-root mode for guests, each with its own rings 0 to 3.",
    "VT-x 和 SVM 增加的不是一个环，而是第二条轴：宿主机用根模式，客户机用非根模式，各有自己的 0 到 3 环。",
  ),
  cpu: both("the CPU", "CPU"),
  dot: both("The dot is the CPU: the ring it is in now.", "圆点是 CPU：它此刻所在的环。"),
  rootMode: both("root mode: host", "根模式：宿主机"),
  nonRootMode: both("non-root mode: guest", "非根模式：客户机"),
  inVm: both("Inside a VM:", "在虚拟机里："),
  picture: both(
    "Rings 0 to 3, one inside the other. Rings 1 and 2 are empty. A dot shows the ring in which the CPU is.",
    "0 环到 3 环，一环套一环。1 环和 2 环空着。圆点表示 CPU 所在的环。",
  ),
};
