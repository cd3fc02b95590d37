import { AT_FIRST, MAXIMUM, RESERVED, SQUEEZED } from "./balloon-model.ts";
import { both, type Text } from "./figure-words.ts";

export const BALLOON_WORDS = {
  title: both("The balloon", "气球"),
  about: both(
    "A guest’s memory, 16 MiB to a square. Move the target: the driver in the guest fills the balloon or empties it, page by page.",
    "客户机的内存，每格 16 MiB。移动目标值：客户机里的驱动会一页一页地给气球充气或放气。",
  ),
  target: both("target: `virsh setmem smartgo_01 …M --live`", "目标：`virsh setmem smartgo_01 …M --live`"),
  targetName: both("Target in MiB", "目标值，单位 MiB"),
  driver: both("the guest runs the driver virtio_balloon", "客户机运行着 virtio_balloon 驱动"),
  accident: both("Forget the unit: setmem smartgo_01 1024", "忘写单位：setmem smartgo_01 1024"),
  reset: both("Reset the guest", "重置客户机"),
  ofGuest: both("the guest’s", "客户机的"),
  ofBalloon: both("in the balloon: the host’s", "在气球里：归宿主机用"),
  marks: {
    maximum: both("maximum", "上限"),
    target: both("target", "目标"),
    actual: both("actual", "实际"),
    memTotal: both("MemTotal in the guest", "客户机里的 MemTotal"),
    held: both("in the balloon", "气球占住"),
  } satisfies Record<string, Text>,
  pages: both("Squares of memory: the guest’s, and those in the balloon. The numbers are below.", "内存方格：有的归客户机，有的在气球里。数值见下。"),
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
  } satisfies Record<string, Text>,
  state: both("State", "状态"),
  happens: both("What happens", "结果"),
};

/** The states of the picture, for those who read them. */
export const BALLOON_STATES: readonly {
  readonly name: Text;
  readonly target: number;
  readonly actual: number;
  readonly says: keyof (typeof BALLOON_WORDS)["says"];
}[] = [
  { name: both("inflated", "充气"), target: AT_FIRST.target, actual: AT_FIRST.actual, says: "inflated" },
  { name: both("deflated", "放气"), target: MAXIMUM, actual: MAXIMUM, says: "empty" },
  { name: both("no driver", "没有驱动"), target: AT_FIRST.target, actual: MAXIMUM, says: "absent" },
  { name: both("the unit forgotten", "忘写单位"), target: 1, actual: SQUEEZED, says: "stuck" },
];

export const BALLOON_RESERVED = both(
  `MemTotal is ${RESERVED} MiB less than the actual size: the kernel kept them for itself at boot.`,
  `MemTotal 比实际值少 ${RESERVED} MiB：内核启动时给自己留下了。`,
);
