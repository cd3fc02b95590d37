import { both } from "./figure-words.ts";

export const CONTAINER_OR_VM_WORDS = {
  title: both("Container or virtual machine", "容器还是虚拟机"),
  about: both("Two towers: one stands on the host’s kernel, the other has a kernel of its own.", "两座塔：一座建在宿主机的内核上，另一座有自己的内核。"),
};
