import { AT_FIRST, type Balloon, MAXIMUM, RESERVED, RESERVED_FOR_ROOM, SPARED, SQUEEZED } from "./balloon-model.ts";
import { both, type Text } from "./figure-words.ts";

export const BALLOON_WORDS = {
  title: both("The balloon", "气球"),
  about: both(
    "A guest’s memory, 16 MiB to a square. Move the target: the driver in the guest fills the balloon or empties it, page by page. The other switches belong to the lesson “Beyond the balloon”.",
    "客户机的内存，每格 16 MiB。移动目标值：客户机里的驱动会一页一页地给气球充气或放气。其余开关属于“气球之外”一课。",
  ),
  target: both("target: `virsh setmem smartgo_01 …M --live`", "目标：`virsh setmem smartgo_01 …M --live`"),
  targetName: both("Target in MiB", "目标值，单位 MiB"),
  requested: both(
    "requested: `virsh update-memory-device smartgo_01 --requested-size …M --live`",
    "请求：`virsh update-memory-device smartgo_01 --requested-size …M --live`",
  ),
  requestedName: both("Requested of the virtio-mem device, in MiB", "向 virtio-mem 设备请求的数量，单位 MiB"),
  switches: both("How the guest was started", "客户机是怎样启动的"),
  driver: both("the guest runs the driver virtio_balloon", "客户机运行着 virtio_balloon 驱动"),
  autodeflate: both("`autodeflate='on'`: the balloon lets go before programs are killed", "`autodeflate='on'`：杀程序之前，气球先松手"),
  reporting: both("`freePageReporting='on'`: the guest tells which pages are free", "`freePageReporting='on'`：客户机上报哪些页空闲"),
  device: both("a virtio-mem device of 512 MiB beside it", "旁边有一个 512 MiB 的 virtio-mem 设备"),
  accident: both("Forget the unit: setmem smartgo_01 1024", "忘写单位：setmem smartgo_01 1024"),
  reset: both("Start over", "重新开始"),
  kinds: {
    used: both("the guest uses it", "客户机正在用"),
    free: both("the guest’s, free", "归客户机，空闲"),
    lent: both("the guest’s, free, and lent to the host", "归客户机，空闲，先借给宿主机"),
    held: both("in the balloon: the host’s", "在气球里：归宿主机用"),
    none: both("of virtio-mem, not there for the guest", "属于 virtio-mem，客户机还没有"),
  } satisfies Record<string, Text>,
  marks: {
    maximum: both("maximum of the balloon", "气球的上限"),
    target: both("target", "目标"),
    actual: both("actual", "实际"),
    memTotal: both("MemTotal in the guest", "客户机里的 MemTotal"),
    held: both("in the balloon", "气球占住"),
    added: both("from virtio-mem", "来自 virtio-mem"),
    host: both("memory that it costs the host", "占用宿主机的内存"),
  } satisfies Record<string, Text>,
  pages: both(
    "Squares of memory: those that the guest uses, those that are free, and those in the balloon. The numbers are below.",
    "内存方格：有的客户机正在用，有的空闲，有的在气球里。数值见下。",
  ),
  devicePages: both(
    "Squares of the virtio-mem device: those that the guest has taken, and those that are not there for it. The number is below.",
    "virtio-mem 设备的方格：有的客户机已经拿到，有的还没有。数值见下。",
  ),
  says: {
    inflated: both(
      "Inflated: the host may use the pages in the balloon for others. A larger balloon is a smaller guest.",
      "已充气：气球里的页，宿主机可以用在别处。气球越大，客户机越小。",
    ),
    empty: both("Deflated: the guest has its maximum. No target can give it more.", "已放气：客户机拥有上限的全部内存。无论目标多大，都不会更多。"),
    absent: both(
      "Without the driver nobody takes memory away: the guest has its maximum, and `setmem` is refused.",
      "没有驱动就没人收回内存：客户机拥有上限的全部内存，`setmem` 被拒绝。",
    ),
    stuck: both(
      "A bare 1024 is 1024 KiB: one MiB. Tried on a guest of the lab: squeezed to 136 MiB, its kernel killed programs for want of memory, the agent among them, and then it stood still. A new target did not help any more; only a reset does.",
      "只写 1024 就是 1024 KiB，也就是 1 MiB。在实验的一台客户机上试过：它被压到 136 MiB，内核因内存不足杀掉程序，代理也在其中，然后就不动了。再设新的目标也没有用，只能重置。",
    ),
    spared: both(
      "The same 1 MiB, but the driver gives pages back before the kernel kills. Tried on a guest of the lab: the balloon took and gave by turns, at 151 to 153 MiB. The guest was too busy to answer, but it lived, and a target of 512 let it grow again.",
      "同样是 1 MiB，但在内核杀程序之前，驱动会把页还回去。在实验的一台客户机上试过：气球一会儿拿、一会儿还，停在 151 到 153 MiB。客户机忙得顾不上回答，但还活着；把目标设回 512，它又涨了回来。",
    ),
    reported: both(
      "The guest has told which pages are free, and the host has taken them. For the guest nothing has changed: `actual` and MemTotal are the same, and a page comes back at the first touch.",
      "客户机上报了空闲页，宿主机先拿去用。客户机那边什么也没变：`actual` 和 MemTotal 都一样，一碰某一页，它就回来。",
    ),
    added: both(
      "New memory, beyond the maximum of the balloon. Request less, and the guest clears the blocks again. The balloon beside it goes on as before.",
      "新内存，超出了气球的上限。请求得少一些，客户机就把块再腾出来。旁边的气球照常工作。",
    ),
  } satisfies Record<string, Text>,
  state: both("State", "状态"),
  happens: both("What happens", "结果"),
};

/** The states of the picture, for those who read them. */
export const BALLOON_STATES: readonly { readonly name: Text; readonly balloon: Balloon; readonly says: keyof (typeof BALLOON_WORDS)["says"] }[] = [
  { name: both("inflated", "充气"), balloon: AT_FIRST, says: "inflated" },
  { name: both("deflated", "放气"), balloon: { ...AT_FIRST, target: MAXIMUM, actual: MAXIMUM }, says: "empty" },
  { name: both("no driver", "没有驱动"), balloon: { ...AT_FIRST, driver: false, actual: MAXIMUM }, says: "absent" },
  { name: both("the unit forgotten", "忘写单位"), balloon: { ...AT_FIRST, target: 1, actual: SQUEEZED, stuck: true }, says: "stuck" },
  {
    name: both("the unit forgotten, with autodeflate", "忘写单位，但有 autodeflate"),
    balloon: { ...AT_FIRST, target: 1, actual: SPARED, autodeflate: true },
    says: "spared",
  },
  { name: both("free page reporting", "空闲页上报"), balloon: { ...AT_FIRST, reporting: true }, says: "reported" },
  { name: both("virtio-mem beside it", "旁边有 virtio-mem"), balloon: { ...AT_FIRST, device: true, requested: 256, current: 256 }, says: "added" },
];

export const BALLOON_RESERVED = both(
  `MemTotal is ${RESERVED} MiB less than the actual size: the kernel kept them for itself at boot. With room for virtio-mem it keeps ${RESERVED_FOR_ROOM} MiB more, as buffers for devices that cannot reach all addresses. What the guest costs the host is reckoned without QEMU’s own needs, and as if each page had been touched once.`,
  `MemTotal 比实际值少 ${RESERVED} MiB：内核启动时给自己留下了。留出 virtio-mem 的余地之后，内核再多留 ${RESERVED_FOR_ROOM} MiB，给够不着全部地址的设备作缓冲。“占用宿主机的内存”没有算 QEMU 自身的开销，并假定每一页都用过一次。`,
);
