import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const NAME = "smartgo_04";
/** All in MiB. */
const AT_START = 512;
const DEVICE = 512;
const WANTED = 256;
/** What may stay with the guest: a few blocks in which its kernel has put something that cannot be moved. */
const LEFT = 32;

const DEVICE_PATH = "/domain/devices/memory[@model='virtio-mem']";
const mib = (value: number): string => `${Math.round(value)} MiB`;

/** The sum of the amounts at a path in MiB. libvirt prints KiB. */
function sum(xml: Xml, path: string): number {
  return xml.values(path).reduce((all, value) => all + Number(value) / 1024, 0);
}

function room(libvirt: LibvirtFacts): Outcome {
  const expected = {
    en: `The definition of ${NAME} starts it with ${AT_START} MiB and has a virtio-mem device of at least ${DEVICE} MiB.`,
    "zh-cn": `${NAME} 的定义让它以 ${AT_START} MiB 启动，并有一个不小于 ${DEVICE} MiB 的 virtio-mem 设备。`,
  };
  const config = libvirt.guest(NAME)?.config;
  if (config === undefined) {
    return failed({
      expected,
      found: { en: `There is no stored definition of ${NAME}.`, "zh-cn": `没有 ${NAME} 的保存定义。` },
      look: {
        en: "`virsh list --all --persistent` shows the guests that have one. Reset the host to begin again.",
        "zh-cn": "`virsh list --all --persistent` 列出有定义的客户机。请重置宿主机，重新开始。",
      },
    });
  }
  const maximum = sum(config, "/domain/maxMemory");
  if (maximum === 0) {
    return failed({
      expected,
      found: { en: "The definition has no `<maxMemory>`.", "zh-cn": "定义里没有 `<maxMemory>`。" },
      look: {
        en: "`virsh setmaxmem` changes another number, the one that the balloon cannot pass. `<maxMemory slots='…'>` stands beside `<memory>`, with a capital M.",
        "zh-cn": "`virsh setmaxmem` 改的是另一个数，即气球的上限。`<maxMemory slots='…'>` 写在 `<memory>` 旁边，M 要大写。",
      },
    });
  }
  const cells = sum(config, "/domain/cpu/numa/cell/@memory");
  if (cells === 0) {
    return failed({
      expected,
      found: { en: `There is room up to ${mib(maximum)}, but no NUMA cell.`, "zh-cn": `余地有了，最大 ${mib(maximum)}，但没有 NUMA 节点。` },
      look: {
        en: "Every memory device belongs to a cell. Inside `<cpu>`: `<numa><cell id='0' …/></numa>`.",
        "zh-cn": "每个内存设备都属于一个节点。在 `<cpu>` 里写 `<numa><cell id='0' …/></numa>`。",
      },
    });
  }
  const device = sum(config, `${DEVICE_PATH}/target/size`);
  if (device === 0) {
    return failed({
      expected,
      found: config.has("/domain/devices/memory")
        ? { en: "There is a memory device, but not of the model virtio-mem.", "zh-cn": "有内存设备，但型号不是 virtio-mem。" }
        : { en: "There is room and a NUMA cell, but no memory device.", "zh-cn": "余地和 NUMA 节点都有了，但没有内存设备。" },
      look: {
        en: `Among the devices: \`<memory model='virtio-mem'>\`. \`virsh dumpxml --inactive ${NAME} --xpath //devices/memory\` shows those that the definition has.`,
        "zh-cn": `在设备里写 \`<memory model='virtio-mem'>\`。\`virsh dumpxml --inactive ${NAME} --xpath //devices/memory\` 列出定义里已有的。`,
      },
    });
  }
  const said = {
    en: `${mib(cells)} at the start, a virtio-mem device of ${mib(device)}, and room up to ${mib(maximum)}.`,
    "zh-cn": `启动时 ${mib(cells)}，virtio-mem 设备 ${mib(device)}，最大可到 ${mib(maximum)}。`,
  };
  if (cells === AT_START && device >= DEVICE) return passed(said);
  return failed({
    expected,
    found: said,
    look: {
      en: "Mind the units: without one, a number is KiB. With NUMA cells the memory at the start is what the cells have together.",
      "zh-cn": "注意单位：不写单位就是 KiB。有 NUMA 节点时，启动时的内存就是各节点之和。",
    },
  });
}

interface Device {
  readonly requested: number;
  readonly current: number;
}

/** The device of the running guest; or why there is none. */
function running(libvirt: LibvirtFacts): Device | Outcome {
  const { state } = libvirt.state(NAME);
  if (state === "shut-off") {
    return failed({
      expected: { en: `${NAME} is running, and is given memory meanwhile.`, "zh-cn": `${NAME} 正在运行，并在运行中得到内存。` },
      found: { en: `${NAME} is shut off.`, "zh-cn": `${NAME} 处于关机状态。` },
      look: { en: `When its definition is ready: \`virsh start ${NAME}\`.`, "zh-cn": `定义准备好之后执行 \`virsh start ${NAME}\`。` },
    });
  }
  const stopped = notRunning({ name: NAME, state });
  if (stopped !== undefined) return stopped;
  const live = libvirt.guest(NAME)?.live;
  if (live?.has(DEVICE_PATH)) {
    return { requested: sum(live, `${DEVICE_PATH}/target/requested`), current: sum(live, `${DEVICE_PATH}/target/current`) };
  }
  return failed({
    expected: { en: `The running ${NAME} has a virtio-mem device.`, "zh-cn": `运行中的 ${NAME} 有 virtio-mem 设备。` },
    found: { en: "It has none.", "zh-cn": "没有这样的设备。" },
    look: {
      en: "A definition is read when QEMU starts. If the device came later, switch the guest off and on; or attach it with `--live`.",
      "zh-cn": "QEMU 启动时才读取定义。如果设备是后来写的，请关机再启动，或者用 `--live` 接上去。",
    },
  });
}

function isOutcome(one: Device | Outcome): one is Outcome {
  return "outcome" in one;
}

/** What the driver has had, in MiB, since the guest's kernel started: it notes it in the kernel's log before each change. */
function hasHad(log: string): number[] {
  return [...log.matchAll(/virtio_mem .*plugged size: 0x([0-9a-f]+)/g)].map((match) => Number.parseInt(match[1] ?? "", 16) / 1024 / 1024);
}

function grown(libvirt: LibvirtFacts): Outcome {
  const device = running(libvirt);
  if (isOutcome(device)) return device;
  const expected = { en: `The running ${NAME} is given ${WANTED} MiB by the device.`, "zh-cn": `运行中的 ${NAME} 从该设备得到 ${WANTED} MiB。` };
  if (device.requested === WANTED && device.current === WANTED) {
    const total = Number(/MemTotal: +(\d+) kB/.exec(libvirt.inside("memory").output)?.[1]) / 1024;
    if (total > AT_START) {
      return passed({
        en: `Requested ${mib(device.requested)}, taken ${mib(device.current)}. The guest sees ${mib(total)}, more than it started with.`,
        "zh-cn": `请求 ${mib(device.requested)}，已接收 ${mib(device.current)}。客户机看到 ${mib(total)}，比启动时多。`,
      });
    }
    return failed({
      expected: { en: `The guest sees more than the ${AT_START} MiB of its start.`, "zh-cn": `客户机看到的内存超过启动时的 ${AT_START} MiB。` },
      found: { en: `It sees ${mib(total)}.`, "zh-cn": `它看到 ${mib(total)}。` },
      look: {
        en: `The balloon may hold memory back: \`virsh domstats ${NAME} --balloon\`. In the guest, \`lsmem\` shows which blocks are online.`,
        "zh-cn": `也许内存被气球占着：看 \`virsh domstats ${NAME} --balloon\`。在客户机里，\`lsmem\` 会显示哪些块在线。`,
      },
    });
  }
  if (libvirt.answered("memory") && hasHad(libvirt.inside("memory").output).includes(WANTED)) {
    return passed({
      en: `The kernel of ${NAME} has noted ${WANTED} MiB of the device since it started.`,
      "zh-cn": `${NAME} 的内核在这次启动后记录过该设备的 ${WANTED} MiB。`,
    });
  }
  const found = {
    en: `${mib(device.requested)} are requested, and the guest has taken ${mib(device.current)}.`,
    "zh-cn": `请求的是 ${mib(device.requested)}，客户机已接收 ${mib(device.current)}。`,
  };
  if (device.requested === WANTED) {
    return failed({
      expected,
      found,
      look: {
        en: "The guest's driver does the work, and a guest that is still starting has none yet: wait a minute. If it never follows, the driver is missing: `lsmod | grep virtio_mem` in the guest.",
        "zh-cn": "干活的是客户机里的驱动，还在启动的客户机没有驱动：请等一分钟。如果一直没有动静，就是缺少驱动：在客户机里看 `lsmod | grep virtio_mem`。",
      },
    });
  }
  return failed({
    expected,
    found,
    look: {
      en: `\`virsh update-memory-device ${NAME}\` with \`--requested-size\` and \`--live\`. Write the unit.`,
      "zh-cn": `\`virsh update-memory-device ${NAME}\` 加 \`--requested-size\` 和 \`--live\`。要写单位。`,
    },
  });
}

function takenBack(libvirt: LibvirtFacts): Outcome {
  const device = running(libvirt);
  if (isOutcome(device)) return device;
  const expected = {
    en: `After the ${WANTED} MiB nothing is requested any more, and the guest has at most ${LEFT} MiB of the device.`,
    "zh-cn": `给过 ${WANTED} MiB 之后，请求的数量为 0，客户机里该设备的内存不超过 ${LEFT} MiB。`,
  };
  const found = {
    en: `${mib(device.requested)} are requested, and the guest has ${mib(device.current)}.`,
    "zh-cn": `请求的是 ${mib(device.requested)}，客户机里有 ${mib(device.current)}。`,
  };
  if (device.requested > 0) {
    return failed({
      expected,
      found,
      look: { en: "Taking back is a request for less: `--requested-size 0`.", "zh-cn": "收回就是请求更少：`--requested-size 0`。" },
    });
  }
  if (device.current > LEFT) {
    return failed({
      expected,
      found,
      look: {
        en: "The guest's kernel moves what lies in the blocks, one after the other: wait, and look at `current` again. Memory that programs need cannot be freed.",
        "zh-cn": "客户机内核要把块里的内容逐块挪走：请等一等，再看 `current`。程序正在用的内存腾不出来。",
      },
    });
  }
  if (hasHad(libvirt.inside("memory").output).includes(WANTED)) {
    return passed({
      en: `Nothing is requested, and ${mib(device.current)} have stayed. The guest has not been rebooted since it had ${WANTED} MiB.`,
      "zh-cn": `请求为 0，留下 ${mib(device.current)}。客户机从得到 ${WANTED} MiB 到现在没有重启过。`,
    });
  }
  return failed({
    expected,
    found: {
      en: `Since its start ${NAME} has had nothing that could be taken back.`,
      "zh-cn": `${NAME} 这次启动后还没有得到过可以收回的内存。`,
    },
    look: {
      en: `Give it ${WANTED} MiB first, and let it run on. In the guest, \`dmesg | grep virtio_mem\` tells what it has had.`,
      "zh-cn": `请先给它 ${WANTED} MiB，并让它一直运行。在客户机里，\`dmesg | grep virtio_mem\` 会说明它得到过多少。`,
    },
  });
}

export default defineChecks({
  baseline: {},
  facts: {
    libvirt: libvirtFacts({ inside: { memory: { guest: NAME, command: "grep MemTotal: /proc/meminfo; dmesg | grep 'virtio_mem.* plugged size'" } } }),
  },
  tasks: {
    room: ({ libvirt }) => room(libvirt),
    grown: ({ libvirt }) => grown(libvirt),
    "taken-back": ({ libvirt }) => takenBack(libvirt),
  },
});
