import type { Text } from "../../lab-server/contract/locale.ts";

export interface Chapter {
  /** Its folder under `src/content/docs/` and, for Chinese, `src/content/docs/zh-cn/`. */
  readonly folder: string;
  readonly title: Text;
  /** Asks in the lab only: no questions and no sources in its text. */
  readonly exam?: boolean;
}

/** The chapters of the course, in order. The lessons of a chapter are in the order of `sidebar.order` in their front matter. */
export const CHAPTERS: readonly Chapter[] = [
  { folder: "how-programs-run", title: { en: "How a computer runs a program", "zh-cn": "计算机怎样运行程序" } },
  { folder: "kinds-of-virtualization", title: { en: "Kinds of virtualization", "zh-cn": "虚拟化的种类" } },
  { folder: "qemu-kvm-libvirt", title: { en: "QEMU, KVM and libvirt", "zh-cn": "QEMU、KVM 与 libvirt" } },
  { folder: "preparing-a-host", title: { en: "Preparing a KVM host", "zh-cn": "部署 KVM 宿主机" } },
  { folder: "installing-guests", title: { en: "Installing guests", "zh-cn": "安装虚拟机" } },
  { folder: "what-a-vm-is-made-of", title: { en: "What a VM is made of", "zh-cn": "虚拟机的组成" } },
  { folder: "changing-a-running-vm", title: { en: "Changing a running VM", "zh-cn": "在线调整虚拟机" } },
  { folder: "final-exam", title: { en: "Final exam", "zh-cn": "综合考试" }, exam: true },
];
