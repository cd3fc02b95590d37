import type { Locale } from "../../lab-server/contract/locale.ts";

interface LessonPlace {
  /** The lesson's address, the same in every language. */
  readonly lesson: string;
  /** The heading that says most about the part. Headings are translated, and so are their anchors. */
  readonly anchor: Readonly<Record<Locale, string>>;
}

const at = (lesson: string, en: string, zhCn: string): LessonPlace => ({ lesson, anchor: { en, "zh-cn": zhCn } });

/** Where the course explains what the X-ray draws. */
export const XRAY_LESSONS = {
  libvirt: at("qemu-kvm-libvirt/libvirt", "the-parts", "组成部分"),
  socket: at("preparing-a-host/packages-and-services", "who-listens-while-the-daemon-sleeps", "守护进程睡觉时谁在监听"),
  daemon: at("qemu-kvm-libvirt/libvirt", "guests-do-not-need-the-daemon", "客户机不依赖守护进程"),
  process: at("qemu-kvm-libvirt/kvm", "a-whole-guest-is-a-process-too", "一整台客户机也是进程"),
  resident: at("qemu-kvm-libvirt/kvm", "its-line-to-kvm-and-its-memory", "通向-kvm-的通道以及内存"),
  kvm: at("qemu-kvm-libvirt/kvm", "one-file-three-kinds-of-descriptor", "一个文件三种描述符"),
  halves: at("qemu-kvm-libvirt/qemu-with-kvm", "two-halves-of-a-machine", "一台机器的两半"),
  exits: at("qemu-kvm-libvirt/qemu-with-kvm", "count-the-exits", "数一数退出"),
  modes: at("kinds-of-virtualization/three-ways", "third-way-help-from-the-processor", "方法三让处理器帮忙"),
  rings: at("how-programs-run/rings-and-privileged-instructions", "two-modes", "两种状态"),
  processor: at("preparing-a-host/requirements", "the-processor", "处理器"),
  thread: at("changing-a-running-vm/cpu-hot-add", "a-vcpu-is-a-thread", "一个-vcpu-就是一个线程"),
  balloon: at("changing-a-running-vm/memory-balloon", "four-numbers", "四个数"),
  layers: at("what-a-vm-is-made-of/storage", "layers", "分层"),
  pools: at("what-a-vm-is-made-of/storage", "pools-and-volumes", "存储池与卷"),
  network: at("what-a-vm-is-made-of/networks", "what-a-network-is-made-of", "网络由什么组成"),
  started: at("preparing-a-host/network-and-firewall", "what-has-been-started", "启动了些什么"),
  definition: at("what-a-vm-is-made-of/disk-plus-xml", "the-definition", "定义"),
  screen: at("installing-guests/screens-and-consoles", "case-1-a-vnc-screen", "案例-1vnc-图形界面"),
  console: at("installing-guests/screens-and-consoles", "case-3-no-screen-at-all", "案例-3完全没有屏幕"),
} as const satisfies Record<string, LessonPlace>;
export type LessonKey = keyof typeof XRAY_LESSONS;

/** @param base where the site stands, as Vite's BASE_URL */
export function lessonHref(key: LessonKey, locale: Locale, base = "/"): string {
  const { lesson, anchor } = XRAY_LESSONS[key];
  return `${base.replace(/\/$/, "")}/${locale === "zh-cn" ? "zh-cn/" : ""}${lesson}/#${anchor[locale]}`;
}
