import { both, type Text } from "./figure-words.ts";

/** `guest`: the guest itself is in it. */
export interface ProcessPart {
  /** As the host's kernel names it. */
  readonly name: string;
  readonly number?: string;
  readonly text: Text;
  readonly guest?: true;
}
export interface ProcessSection {
  readonly id: string;
  readonly title: Text;
  readonly see: string;
  readonly parts: readonly ProcessPart[];
}

const PID = "$(cat /run/libvirt/qemu/smartgo_01.pid)";

/** What ps, /proc/PID/status and /proc/PID/fd said of smartgo_01 on a host of the lab (Debian 13, QEMU 10.0, 1 vCPU, at most 1024 MiB, balloon at 512). */
export const PROCESS_SECTIONS: readonly ProcessSection[] = [
  {
    id: "threads",
    title: both("Threads", "线程"),
    see: `ps -T -p ${PID}`,
    parts: [
      { name: "qemu-system-x86", number: "656", text: both("the main loop: devices, monitor", "主循环：设备、监控接口") },
      { name: "CPU 0/KVM", number: "667", guest: true, text: both("the guest’s vCPU: it calls KVM_RUN again and again", "客户机的 vCPU：反复调用 KVM_RUN") },
      { name: "IO mon_iothread", number: "666", text: both("reads QMP commands", "读取 QMP 命令") },
      { name: "vhost-656", number: "665", text: both("the kernel’s worker for the network card", "内核为网卡服务的工作线程") },
      { name: "qemu-system-x86", number: "663", text: both("QEMU’s housekeeping", "QEMU 自己的内务线程") },
      { name: "kvm-nx-lpage-re", number: "669", text: both("the kernel’s housekeeping for KVM", "内核为 KVM 做内务的线程") },
    ],
  },
  {
    id: "memory",
    title: both("Memory", "内存"),
    see: `grep -E 'VmSize|VmRSS' /proc/${PID}/status`,
    parts: [
      {
        name: "pc.ram",
        number: "1024 MiB",
        guest: true,
        text: both("the guest’s RAM: ordinary memory of the process, real only where it was touched", "客户机的内存：就是进程的普通内存，用到的部分才真正占用"),
      },
      { name: "VmSize", number: "1782 MiB", text: both("all addresses that the process may use", "进程可用的全部地址空间") },
      {
        name: "VmRSS",
        number: "244 MiB",
        text: both("what really lies in the host’s memory: of the guest and of QEMU", "真正占用的宿主机内存：客户机加 QEMU"),
      },
    ],
  },
  {
    id: "files",
    title: both("Open files", "打开的文件"),
    see: `ls -l /proc/${PID}/fd`,
    parts: [
      { name: "/dev/kvm", number: "11", text: both("the door to KVM", "通往 KVM 的门") },
      { name: "anon_inode:kvm-vm", number: "13", guest: true, text: both("the virtual machine", "虚拟机") },
      { name: "anon_inode:kvm-vcpu:0", number: "21", guest: true, text: both("its first vCPU", "它的第一个 vCPU") },
      { name: "/var/lib/libvirt/images/smartgo_01.qcow2", number: "12", text: both("the disk: what was changed", "磁盘：改动过的部分") },
      { name: "/var/lib/libvirt/images/debian-13-small.qcow2", number: "10", text: both("its backing file: the rest", "它的后备文件：其余部分") },
      { name: "/dev/net/tun", number: "33", text: both("the network card: the tap device vnet0", "网卡：tap 设备 vnet0") },
      { name: "/dev/vhost-net", number: "35", text: both("the kernel moves its packets", "由内核搬运数据包") },
      { name: "/dev/ptmx", number: "9", text: both("the serial port, for `virsh console`", "串口，供 `virsh console` 使用") },
      { name: "socket", number: "32", text: both("the monitor: QMP from libvirtd", "监控接口：libvirtd 发来的 QMP") },
      { name: "socket", number: "31", text: both("the guest agent’s channel", "客户机代理的通道") },
      { name: "/dev/urandom", number: "3", text: both("randomness for the guest (virtio-rng)", "给客户机的随机数（virtio-rng）") },
      { name: "anon_inode:[eventfd]", number: "…", text: both("many: the bells between KVM, QEMU and vhost", "很多：KVM、QEMU 与 vhost 之间互相通知的“门铃”") },
    ],
  },
];

export const VM_PROCESS_WORDS = {
  title: both("A guest is a process", "客户机就是一个进程"),
  about: both(
    "What the host’s kernel sees of `smartgo_01`: one process with threads, memory and open files. The numbers are those of one host; yours differ.",
    "宿主机内核眼里的 `smartgo_01`：一个进程，有线程、内存和打开的文件。这些数字来自某一台宿主机，你的会不同。",
  ),
  process: both("process 656, user libvirt-qemu", "进程 656，用户 libvirt-qemu"),
  guest: both("the guest", "客户机"),
  see: both("See it:", "查看："),
};
