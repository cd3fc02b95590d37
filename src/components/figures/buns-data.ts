import { both, type Text } from "./figure-words.ts";

export interface BunLevel {
  readonly step: Text;
  /** What one is handed when one begins here. */
  readonly handed: Text;
  /** The level of a computer that is like it. */
  readonly computer: Text;
}

/** The five steps of the notes, from the field up to the table. */
export const BUN_LEVELS: readonly BunLevel[] = [
  {
    step: both("grow the wheat", "种麦子"),
    handed: both("land", "土地"),
    computer: both("circuits: build the hardware itself", "电路：连硬件都自己造"),
  },
  {
    step: both("harvest it", "收割麦子"),
    handed: both("ripe wheat", "成熟的麦子"),
    computer: both("device registers: a program on bare hardware, as in an embedded device", "设备寄存器：程序直接控制硬件，例如嵌入式设备"),
  },
  {
    step: both("mill it into flour", "磨成面粉"),
    handed: both("grain", "麦粒"),
    computer: both("system calls: the kernel drives the hardware", "系统调用：由内核操纵硬件"),
  },
  {
    step: both("steam the buns", "蒸馒头"),
    handed: both("flour", "面粉"),
    computer: both("a library: print a page by one call", "库：调用一个函数就打印一页"),
  },
  {
    step: both("eat", "吃馒头"),
    handed: both("a steamed bun", "馒头"),
    computer: both("an application: press “Print”", "应用程序：点一下“打印”"),
  },
];

export const BUNS_WORDS = {
  title: both("Eating steamed buns", "吃馒头"),
  about: both(
    "Five steps lead to a steamed bun. Where do you begin? The higher you enter, the less you do yourself, and the less you need to know.",
    "吃到馒头要经过五步。你从哪一步开始？从越高的一级开始，自己要做的就越少，要懂的也越少。",
  ),
  choose: both("I begin with", "我从这里开始"),
  step: both("Step", "步骤"),
  handed: both("You are handed", "别人交给你"),
  yourself: both("You do yourself", "自己要做"),
  computer: both("In a computer", "在计算机里"),
  mine: both("yourself", "自己做"),
  others: both("done by others", "别人做好了"),
  likeIt: (what: Text): Text => both(`In a computer: ${what.en}`, `在计算机里：${what["zh-cn"]}`),
  count: (mine: number): Text => both(`${mine} of 5 steps are yours`, `五步里有 ${mine} 步自己做`),
};
