import { both } from "./figure-words.ts";

export const STACK_WORDS = {
  title: both("From virsh down to the CPU", "从 virsh 一直到 CPU"),
  about: both(
    "Every box is a program, a file or a module of your host. Open one to see the command that shows it.",
    "每个方框都是你的宿主机上的一个程序、文件或模块。打开它，就能看到用什么命令查看。",
  ),
};
