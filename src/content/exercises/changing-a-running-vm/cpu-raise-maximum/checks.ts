import { z } from "zod";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const NAME = "smartgo_01";
const WANTED = 6;

/** libvirt leaves `current` out when it equals the maximum. */
function counts(xml: Xml | undefined): { readonly current: number; readonly maximum: number } | undefined {
  const maximum = xml?.number("/domain/vcpu");
  return maximum === undefined ? undefined : { maximum, current: xml?.number("/domain/vcpu/@current") ?? maximum };
}

function definition(libvirt: LibvirtFacts): Outcome {
  const expected = {
    en: `At its next start ${NAME} gets ${WANTED} vCPUs, of at most ${WANTED} or more.`,
    "zh-cn": `${NAME} 下次启动时有 ${WANTED} 个 vCPU，上限不小于 ${WANTED}。`,
  };
  const config = counts(libvirt.guest(NAME)?.config);
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
  const said = {
    en: `The definition says ${config.current} of at most ${config.maximum}.`,
    "zh-cn": `定义里是 ${config.current} 个，上限 ${config.maximum} 个。`,
  };
  if (config.current === WANTED && config.maximum >= WANTED) return passed(said);
  if (config.maximum < WANTED) {
    return failed({
      expected,
      found: said,
      look: {
        en: "The maximum is part of the definition alone: `virsh setvcpus` has the option `--maximum`, and it needs `--config`.",
        "zh-cn": "上限只写在定义里：`virsh setvcpus` 有 `--maximum` 选项，它必须和 `--config` 一起用。",
      },
    });
  }
  return failed({
    expected,
    found: said,
    look: {
      en: "There is room now. The number that is used is another one: `virsh setvcpus` with `--config`, without `--maximum`.",
      "zh-cn": "位置已经够了。实际使用的数量是另一个数：`virsh setvcpus` 加 `--config`，不加 `--maximum`。",
    },
  });
}

const cpus = z.array(z.object({ "cpu-index": z.int() }));

function running(libvirt: LibvirtFacts): Outcome {
  const has = libvirt.monitor("cpus", cpus).length;
  if (has === WANTED) return passed({ en: `QEMU runs it with ${has} vCPUs.`, "zh-cn": `QEMU 正用 ${has} 个 vCPU 运行它。` });
  const live = counts(libvirt.guest(NAME)?.live);
  const expected = { en: `The running ${NAME} has ${WANTED} vCPUs.`, "zh-cn": `正在运行的 ${NAME} 有 ${WANTED} 个 vCPU。` };
  if ((live?.maximum ?? 0) < WANTED && (counts(libvirt.guest(NAME)?.config)?.maximum ?? 0) >= WANTED) {
    return failed({
      expected,
      found: {
        en: `It has ${has}, and its running maximum is still ${live?.maximum}. The new maximum is in the definition only.`,
        "zh-cn": `现在有 ${has} 个，运行中的上限仍是 ${live?.maximum}。新的上限只写进了定义。`,
      },
      look: {
        en: "The definition is read when QEMU starts. Switch the guest off and on; a reboot inside it is not enough.",
        "zh-cn": "QEMU 启动时才读取定义。请把客户机关机再启动；在里面重启是不够的。",
      },
    });
  }
  return failed({
    expected,
    found: { en: `It has ${has}, of at most ${live?.maximum}.`, "zh-cn": `现在有 ${has} 个，上限 ${live?.maximum} 个。` },
    look: { en: `\`virsh vcpucount ${NAME}\`: the rows with the word live.`, "zh-cn": `\`virsh vcpucount ${NAME}\`：看带 live 的两行。` },
  });
}

function guestOnline(libvirt: LibvirtFacts): Outcome {
  const online = Number(libvirt.inside("online").output.trim());
  if (online === WANTED) return passed({ en: `The guest's kernel has ${online} CPUs online.`, "zh-cn": `客户机内核有 ${online} 个在线的 CPU。` });
  return failed({
    expected: { en: `The kernel of ${NAME} has ${WANTED} CPUs online.`, "zh-cn": `${NAME} 的内核有 ${WANTED} 个在线的 CPU。` },
    found: { en: `It has ${online} online.`, "zh-cn": `在线的有 ${online} 个。` },
    look: {
      en: `In the guest: \`lscpu\`. On the host: \`virsh vcpucount ${NAME}\`.`,
      "zh-cn": `在客户机里看 \`lscpu\`，在宿主机上看 \`virsh vcpucount ${NAME}\`。`,
    },
  });
}

export default defineChecks({
  baseline: {},
  facts: {
    libvirt: libvirtFacts({
      monitor: { cpus: { guest: NAME, execute: "query-cpus-fast" } },
      inside: { online: { guest: NAME, command: "getconf _NPROCESSORS_ONLN" } },
    }),
  },
  tasks: {
    definition: ({ libvirt }) => definition(libvirt),
    running: ({ libvirt }) => notRunning(libvirt.state(NAME)) ?? running(libvirt),
    "guest-online": ({ libvirt }) => notRunning(libvirt.state(NAME)) ?? guestOnline(libvirt),
  },
});
