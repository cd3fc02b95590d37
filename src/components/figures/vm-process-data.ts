import { both } from "./figure-words.ts";

export const VM_PROCESS_WORDS = {
  title: both("A guest is a process", "客户机就是一个进程"),
  about: both("What the host’s kernel sees of `smartgo_01`.", "宿主机内核眼里的 `smartgo_01`。"),
};
