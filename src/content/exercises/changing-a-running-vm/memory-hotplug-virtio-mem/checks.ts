import { z } from "zod";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const NAME = "smartgo_04";
const START_KIB = 512 * 1024;
const DEVICE_KIB = 512 * 1024;
const ADDED_KIB = 256 * 1024;
const GIB_IN_KIB = 1024 * 1024;
const TARGET = "//memory[@model='virtio-mem']/target";

const mib = (kib: number): number => Math.round(kib / 1024);

/** Of all virtio-mem devices together, KiB; undefined when there is none. libvirt writes its XML in KiB. */
function sum(xml: Xml | undefined, field: "size" | "requested" | "current"): number | undefined {
  const sizes = (xml?.values(`${TARGET}/${field}`) ?? []).map(Number);
  return sizes.length === 0 ? undefined : sizes.reduce((total, size) => total + size, 0);
}

function prepared(libvirt: LibvirtFacts): Outcome {
  const config = libvirt.guest(NAME)?.config;
  const wrong = (en: string, zh: string, lookEn: string, lookZh: string): Outcome =>
    failed({
      expected: {
        en: `The stored definition of ${NAME} has maxMemory of 1 GiB or more, and a virtio-mem device of 512 MiB with 0 requested.`,
        "zh-cn": `${NAME} 的持久定义里，maxMemory 不小于 1 GiB，有一个 512 MiB 的 virtio-mem 设备，requested 为 0。`,
      },
      found: { en, "zh-cn": zh },
      look: { en: lookEn, "zh-cn": lookZh },
    });
  if (config === undefined) {
    return wrong(
      `There is no stored definition of ${NAME}.`,
      `没有 ${NAME} 的持久定义。`,
      "`virsh list --all --persistent` shows the guests that have one.",
      "`virsh list --all --persistent` 列出有持久定义的客户机。",
    );
  }
  const room = config.number("/domain/maxMemory");
  if (room === undefined) {
    return wrong(
      "There is no maxMemory in it: memory and currentMemory are the balloon's limits.",
      "里面没有 maxMemory：memory 和 currentMemory 是气球的界限。",
      `\`virsh dumpxml ${NAME} --inactive\`; \`virt-xml ${NAME} --edit --memory maxMemory=…,maxMemory.slots=…\`.`,
      `看 \`virsh dumpxml ${NAME} --inactive\`；用 \`virt-xml ${NAME} --edit --memory maxMemory=…,maxMemory.slots=…\`。`,
    );
  }
  if (room < GIB_IN_KIB) {
    return wrong(
      `maxMemory is ${mib(room)} MiB: 512 MiB at the start and a device of 512 MiB do not fit.`,
      `maxMemory 是 ${mib(room)} MiB，放不下启动时的 512 MiB 和 512 MiB 的设备。`,
      `\`virsh dumpxml ${NAME} --inactive --xpath /domain/maxMemory\`.`,
      `看 \`virsh dumpxml ${NAME} --inactive --xpath /domain/maxMemory\`。`,
    );
  }
  const size = sum(config, "size");
  if (size === undefined) {
    return wrong(
      "There is room, and no virtio-mem device to fill it.",
      "空间有了，却没有 virtio-mem 设备。",
      `\`virsh attach-device ${NAME} FILE --config\`, with a \`<memory model='virtio-mem'>\` in the file.`,
      `用 \`virsh attach-device ${NAME} 文件 --config\`，文件里是一个 \`<memory model='virtio-mem'>\`。`,
    );
  }
  if (size !== DEVICE_KIB) {
    return wrong(
      `The device has ${mib(size)} MiB.`,
      `设备大小是 ${mib(size)} MiB。`,
      `\`virsh dumpxml ${NAME} --inactive --xpath '//memory[@model]'\`: size.`,
      `看 \`virsh dumpxml ${NAME} --inactive --xpath '//memory[@model]'\` 的 size。`,
    );
  }
  const requested = sum(config, "requested") ?? 0;
  if (requested !== 0) {
    return wrong(
      `It requests ${mib(requested)} MiB at every start.`,
      `每次启动都会请求 ${mib(requested)} MiB。`,
      `\`virsh update-memory-device ${NAME} --requested-size 0 --config\` changes the stored definition alone.`,
      `\`virsh update-memory-device ${NAME} --requested-size 0 --config\` 只改持久定义。`,
    );
  }
  return passed({
    en: `maxMemory is ${mib(room)} MiB, the device has ${mib(size)} MiB, and nothing of it is requested at the start.`,
    "zh-cn": `maxMemory 是 ${mib(room)} MiB，设备 ${mib(size)} MiB，启动时请求量为零。`,
  });
}

/** A guest that is off is where this exercise begins: it is to be started, and not to be given up. */
function off(libvirt: LibvirtFacts): Outcome | undefined {
  const known = libvirt.state(NAME);
  if (known.state !== "shut-off") return notRunning(known);
  return failed({
    expected: { en: `${NAME} is running, and is given memory meanwhile.`, "zh-cn": `${NAME} 正在运行，并在运行中得到内存。` },
    found: { en: `${NAME} is shut off.`, "zh-cn": `${NAME} 处于关机状态。` },
    look: { en: `When its definition is ready: \`virsh start ${NAME}\`.`, "zh-cn": `定义准备好之后执行 \`virsh start ${NAME}\`。` },
  });
}

const devicesSchema = z.array(z.object({ type: z.string(), data: z.object({ size: z.int() }) }));

function grown(libvirt: LibvirtFacts): Outcome {
  const live = libvirt.guest(NAME)?.live;
  const expected = {
    en: `In the running ${NAME}, ${mib(ADDED_KIB)} MiB of its virtio-mem device are requested and plugged in.`,
    "zh-cn": `运行中的 ${NAME}，virtio-mem 设备的请求量和当前量都是 ${mib(ADDED_KIB)} MiB。`,
  };
  const requested = sum(live, "requested");
  if (requested === undefined) {
    return failed({
      expected,
      found: { en: "The running guest has no virtio-mem device.", "zh-cn": "运行中的客户机没有 virtio-mem 设备。" },
      look: {
        en: "A definition is read when the guest starts. After the device was added with --config, the guest has to be started anew.",
        "zh-cn": "启动时才读取定义。用 --config 加上设备之后，客户机要重新启动。",
      },
    });
  }
  const plugged =
    libvirt
      .monitor("devices", devicesSchema)
      .filter(({ type }) => type === "virtio-mem")
      .reduce((total, { data }) => total + data.size, 0) / 1024;
  if (requested === ADDED_KIB && plugged === ADDED_KIB) {
    return passed({ en: `QEMU has ${mib(plugged)} MiB plugged in.`, "zh-cn": `QEMU 已插上 ${mib(plugged)} MiB。` });
  }
  const found = {
    en: `Requested are ${mib(requested)} MiB, and ${mib(plugged)} MiB are plugged in.`,
    "zh-cn": `请求 ${mib(requested)} MiB，已插上 ${mib(plugged)} MiB。`,
  };
  const look =
    requested === ADDED_KIB
      ? {
          en: "The guest's driver takes what is requested. Has the guest booted, and does `lsmod` in it list virtio_mem?",
          "zh-cn": "请求的内存由客户机的驱动接手。客户机启动完了吗？里面的 `lsmod` 有 virtio_mem 吗？",
        }
      : {
          en: `\`virsh update-memory-device ${NAME} --requested-size … --live\`. It takes a unit: 256M.`,
          "zh-cn": `用 \`virsh update-memory-device ${NAME} --requested-size … --live\`，要带单位：256M。`,
        };
  return failed({ expected, found, look });
}

function seen(libvirt: LibvirtFacts): Outcome {
  const expected = {
    en: `The kernel of ${NAME} counts more than ${mib(START_KIB)} MiB, by its virtio-mem device.`,
    "zh-cn": `${NAME} 的内核算出的内存多于 ${mib(START_KIB)} MiB，多出来的来自 virtio-mem 设备。`,
  };
  if (sum(libvirt.guest(NAME)?.live, "size") === undefined) {
    return failed({
      expected,
      found: { en: "It has no such device: all of its memory was there at the start.", "zh-cn": "它没有这个设备：全部内存启动时就在。" },
      look: { en: `\`virsh dumpxml ${NAME} --xpath '//memory[@model]'\`.`, "zh-cn": `看 \`virsh dumpxml ${NAME} --xpath '//memory[@model]'\`。` },
    });
  }
  const total = Number(libvirt.inside("total").output.trim());
  if (total > START_KIB) return passed({ en: `MemTotal in the guest is ${mib(total)} MiB.`, "zh-cn": `客户机里 MemTotal 是 ${mib(total)} MiB。` });
  return failed({
    expected,
    found: { en: `MemTotal in the guest is ${mib(total)} MiB.`, "zh-cn": `客户机里 MemTotal 是 ${mib(total)} MiB。` },
    look: {
      en: "In the guest: `lsmem`, and `cat /sys/devices/system/memory/auto_online_blocks`.",
      "zh-cn": "在客户机里看 `lsmem` 和 `cat /sys/devices/system/memory/auto_online_blocks`。",
    },
  });
}

export default defineChecks({
  baseline: {},
  facts: {
    libvirt: libvirtFacts({
      monitor: { devices: { guest: NAME, execute: "query-memory-devices" } },
      inside: { total: { guest: NAME, command: "awk '/^MemTotal:/ { print $2 }' /proc/meminfo" } },
    }),
  },
  tasks: {
    prepared: ({ libvirt }) => prepared(libvirt),
    grown: ({ libvirt }) => off(libvirt) ?? grown(libvirt),
    seen: ({ libvirt }) => off(libvirt) ?? seen(libvirt),
  },
});
