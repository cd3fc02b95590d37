import { both, type Text } from "./figure-words.ts";

export const WAYS = ["software", "trap", "para", "hardware"] as const;
export type Way = (typeof WAYS)[number];

/** What an instruction costs. `direct`: nothing. `inside`: done without leaving. `switch`: into the hypervisor and back. `far`: on to QEMU and back. `wrong`: cheap, and wrong. */
export type Cost = "direct" | "inside" | "switch" | "far" | "wrong";

export interface Outcome {
  readonly cost: Cost;
  readonly text: Text;
}
export interface Instruction {
  readonly id: string;
  readonly code: string;
  readonly means: Text;
  readonly ways: Readonly<Record<Way, Outcome>>;
}

const direct = (en: string, zhCn: string): Outcome => ({ cost: "direct", text: both(en, zhCn) });

/**
 * Sources: Popek and Goldberg 1974; Robin and Irvine 2000 (POPF); Linux, arch/x86/xen/{irq,mmu_pv}.c (event mask in shared memory, MMUEXT_NEW_BASEPTR, mmu_update);
 * arch/x86/kvm/svm (CR3 is intercepted only without nested paging; IN and OUT by the permission map); QEMU, target/i386/tcg.
 */
export const INSTRUCTIONS: readonly Instruction[] = [
  {
    id: "add",
    code: "add rax,rbx",
    means: both("Adds two registers. Harmless.", "两个寄存器相加，无害。"),
    ways: {
      software: {
        cost: "inside",
        text: both("Translated once with its block; the translation runs in QEMU’s process.", "随所在的代码块翻译一次，翻译结果在 QEMU 进程里运行。"),
      },
      trap: direct("Runs on the CPU.", "直接在 CPU 上运行。"),
      para: direct("Runs on the CPU.", "直接在 CPU 上运行。"),
      hardware: direct("Runs on the CPU.", "直接在 CPU 上运行。"),
    },
  },
  {
    id: "cli",
    code: "cli",
    means: both("Switches interrupts off. Privileged.", "关中断。特权指令。"),
    ways: {
      software: { cost: "inside", text: both("Clears a bit in the CPU that QEMU plays.", "在 QEMU 扮演的 CPU 里清掉一位。") },
      trap: {
        cost: "switch",
        text: both("Faults (#GP). The hypervisor notes: no interrupts for this guest.", "产生 #GP 异常。虚拟机管理程序记下：暂不给这个客户机中断。"),
      },
      para: {
        cost: "inside",
        text: both("Replaced: the guest sets a mark in memory that it shares with the hypervisor.", "已被替换：客户机在与虚拟机管理程序共享的内存里做个标记。"),
      },
      hardware: direct("Runs on the CPU: the guest has an interrupt flag of its own.", "直接在 CPU 上运行：客户机有自己的中断标志。"),
    },
  },
  {
    id: "popf",
    code: "popf",
    means: both(
      "Loads the flags, the interrupt flag among them. Sensitive, but outside ring 0 it does not fault: it leaves the interrupt flag as it is, and says nothing.",
      "装入标志寄存器，包括中断标志。它是敏感指令，但在 0 环以外不产生异常：中断标志保持原样，没有任何提示。",
    ),
    ways: {
      software: {
        cost: "inside",
        text: both("Translated into code that sets all flags of the played CPU, as ring 0 may.", "翻译成的代码会像在 0 环那样，设置所扮演的 CPU 的全部标志。"),
      },
      trap: {
        cost: "wrong",
        text: both(
          "No fault, so nobody learns of it. The guest believes that it has changed the interrupt flag. It goes on, wrongly.",
          "没有异常，谁也不知道。客户机以为已经改了中断标志，带着错误继续运行。",
        ),
      },
      para: {
        cost: "inside",
        text: both("Replaced, like `cli`: the kernel’s source was changed where it did this.", "和 `cli` 一样被替换：内核源代码中凡是这样做的地方都改过了。"),
      },
      hardware: direct("Runs on the CPU and changes the guest’s own interrupt flag.", "直接在 CPU 上运行，改变客户机自己的中断标志。"),
    },
  },
  {
    id: "cr3",
    code: "mov cr3,rax",
    means: both("Changes to another process’s page tables. Privileged.", "切换到另一个进程的页表。特权指令。"),
    ways: {
      software: { cost: "inside", text: both("QEMU empties its own table of known addresses.", "QEMU 清空自己的地址缓存。") },
      trap: {
        cost: "switch",
        text: both(
          "Faults (#GP). The hypervisor loads shadow page tables that it keeps for the guest.",
          "产生 #GP 异常。虚拟机管理程序装入它替客户机维护的影子页表。",
        ),
      },
      para: {
        cost: "switch",
        text: both(
          "Replaced by a hypercall: “take this page table”. The hypervisor checks it and loads it.",
          "换成超级调用：“请用这张页表”。虚拟机管理程序检查后装入。",
        ),
      },
      hardware: direct(
        "Runs on the CPU. With EPT or NPT the guest’s tables are only the first half of the translation.",
        "直接在 CPU 上运行。有了 EPT 或 NPT，客户机的页表只是地址转换的前一半。",
      ),
    },
  },
  {
    id: "page-table",
    code: "mov [page_table],rax",
    means: both("An ordinary write to memory, which happens to be a page table.", "一次普通的内存写入，写的恰好是页表。"),
    ways: {
      software: { cost: "inside", text: both("A write into the memory that QEMU plays.", "写入 QEMU 扮演的内存。") },
      trap: {
        cost: "switch",
        text: both(
          "The tables are write-protected: page fault. The hypervisor updates its shadow tables.",
          "页表所在的页被写保护：产生缺页异常。虚拟机管理程序更新影子页表。",
        ),
      },
      para: { cost: "switch", text: both("Replaced by a hypercall, often for many entries at once.", "换成超级调用，常常一次提交许多项。") },
      hardware: direct(
        "Runs on the CPU. The hypervisor’s own tables (EPT, NPT) stay between the guest and the real memory.",
        "直接在 CPU 上运行。客户机与真实内存之间还隔着虚拟机管理程序的 EPT 或 NPT。",
      ),
    },
  },
  {
    id: "out",
    code: "out 0x3f8,al",
    means: both("Sends a byte to the serial port. Privileged for this purpose.", "向串口送一个字节。在这里属于特权操作。"),
    ways: {
      software: { cost: "inside", text: both("A call of the function that plays the serial port, in the same process.", "调用同一进程里扮演串口的函数。") },
      trap: {
        cost: "far",
        text: both("Faults (#GP). The hypervisor decodes it and has the device played.", "产生 #GP 异常。虚拟机管理程序解码这条指令，再交给模拟设备处理。"),
      },
      para: {
        cost: "switch",
        text: both(
          "Not used: the driver puts the byte into shared memory and notifies the other side by one hypercall.",
          "不用它：驱动把字节放进共享内存，再用一次超级调用通知对方。",
        ),
      },
      hardware: {
        cost: "far",
        text: both(
          "VM exit. KVM hands it to QEMU, which plays the serial port; then back into the guest.",
          "虚拟机退出。KVM 交给 QEMU，由 QEMU 扮演串口，然后回到客户机。",
        ),
      },
    },
  },
];

export const GUEST_KERNEL_WORDS = {
  title: both("Running a guest’s kernel", "怎样运行客户机内核"),
  about: both(
    "The same six instructions of a guest’s kernel, run in four ways. The guest’s kernel believes that it is in ring 0.",
    "客户机内核的同样六条指令，用四种方法运行。客户机内核以为自己在 0 环。",
  ),
  ways: {
    software: both("Software: translation", "软件：翻译"),
    trap: both("Trap and emulate, without help", "陷入-模拟，没有硬件帮助"),
    para: both("Paravirtualization (Xen PV)", "半虚拟化（Xen PV）"),
    hardware: both("VT-x or SVM, with EPT or NPT", "VT-x 或 SVM，带 EPT 或 NPT"),
  } satisfies Record<Way, Text>,
  where: {
    software: both("guest kernel: ring 3, in QEMU’s process", "客户机内核：3 环，在 QEMU 进程里"),
    trap: both("guest kernel, unchanged: ring 1 or 3", "客户机内核（未修改）：1 环或 3 环"),
    para: both("guest kernel, adapted: ring 1 (32-bit) or 3 (64-bit)", "客户机内核（改过）：1 环（32 位）或 3 环（64 位）"),
    hardware: both("guest kernel, unchanged: ring 0, non-root mode", "客户机内核（未修改）：非根模式的 0 环"),
  } satisfies Record<Way, Text>,
  costs: {
    direct: both("runs free", "直接运行"),
    inside: both("done in software, no switch", "软件完成，不切换"),
    switch: both("switch to the hypervisor", "切换到虚拟机管理程序"),
    far: both("switch, and on to the device’s model", "切换，再转到设备模拟"),
    wrong: both("wrong, unnoticed", "出错，无人察觉"),
  } satisfies Record<Cost, Text>,
  switches: (count: number): Text => both(`switches so far: ${count}`, `累计切换：${count}`),
  wrongs: (count: number): Text => both(`errors so far: ${count}`, `累计出错：${count}`),
  end: both(
    "Trap and emulate fails at `popf`: a sensitive instruction that does not fault (Popek and Goldberg, 1974). The other three are the ways out: translate it, replace it, or have the CPU help.",
    "陷入-模拟败在 `popf`：它是敏感指令，却不产生异常（Popek 和 Goldberg，1974 年）。其余三种就是出路：翻译它、替换它，或者让 CPU 帮忙。",
  ),
};

/** How often the hypervisor was entered, and how often the result was wrong, after the first `count` instructions. */
export function tally(way: Way, count: number): { readonly switches: number; readonly wrongs: number } {
  const costs = INSTRUCTIONS.slice(0, count).map((instruction) => instruction.ways[way].cost);
  return { switches: costs.filter((cost) => cost === "switch" || cost === "far").length, wrongs: costs.filter((cost) => cost === "wrong").length };
}
