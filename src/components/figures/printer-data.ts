import { both, type Text } from "./figure-words.ts";

export const DRIVERS = ["dot", "laser"] as const;
export type Driver = (typeof DRIVERS)[number];

export const PROGRAMS = [
  { name: "Word", job: both("a letter", "一封信") },
  { name: "Excel", job: both("a table", "一张表格") },
] as const;

/** File names are those of the exercise shared-library-api. */
export const PRINTER_WORDS = {
  title: both("One printer for all programs", "一台打印机服务所有程序"),
  about: both(
    "Word and Excel call the same library. Change the driver behind it, and both print differently, though neither was touched.",
    "Word 和 Excel 调用同一个库。换掉库后面的驱动，两个程序打印出来的都变了，而它们自己没有改动。",
  ),
  choose: both("The library `liblp.so.1` is", "库 `liblp.so.1` 是"),
  drivers: { dot: both("dot matrix", "针式"), laser: both("laser", "激光") } satisfies Record<Driver, Text>,
  program: both("program", "程序"),
  unchanged: both("unchanged", "没有改动"),
  api: both("API: print(job)", "API：打印（任务）"),
  library: both("library", "库"),
  link: both("a link to", "链接指向"),
  printer: both("printer", "打印机"),
  paper: both("On paper", "纸上"),
  printed: { dot: both("in dots", "一点一点打出来"), laser: both("sharp", "清晰锐利") } satisfies Record<Driver, Text>,
  swapped: {
    dot: both("Both programs print in dots.", "两个程序都打出点阵的字。"),
    laser: both("Both programs print by laser. Only the link has changed.", "两个程序都用激光打印。改变的只有那个链接。"),
  } satisfies Record<Driver, Text>,
  instead: both(
    "Without the library every program would need a part of its own for every printer: 2 programs × 2 printers = 4 parts.",
    "没有库，每个程序都要为每种打印机各写一份：2 个程序 × 2 种打印机 = 4 份。",
  ),
};
