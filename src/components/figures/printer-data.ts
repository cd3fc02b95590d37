import { both } from "./figure-words.ts";

export const PRINTER_WORDS = {
  title: both("One printer for all programs", "一台打印机服务所有程序"),
  about: both(
    "Word and Excel call the same library. Change the driver behind it, and both print differently, though neither was touched.",
    "Word 和 Excel 调用同一个库。换掉库后面的驱动，两个程序打印出来的都变了，而它们自己没有改动。",
  ),
};
