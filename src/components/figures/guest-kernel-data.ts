import { both } from "./figure-words.ts";

export const GUEST_KERNEL_WORDS = {
  title: both("Ways to run a guest kernel", "运行客户机内核的几种方法"),
  about: both("The same six instructions of a guest’s kernel, run in four ways.", "客户机内核的同样六条指令，用四种方法运行。"),
};
