import { z } from "zod";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";

const NAME = "smartgo_01";
const PATH = "/root/report.json";
/** All in MiB. */
const WANTED = 512;
const MAXIMUM = 1024;

function recovered(libvirt: LibvirtFacts): Outcome {
  const expected = { en: `${NAME} runs with ${WANTED} MiB, and its agent answers.`, "zh-cn": `${NAME} 正以 ${WANTED} MiB 运行，客户机代理也能回应。` };
  const guest = libvirt.guest(NAME);
  if (guest?.state !== "running") {
    return failed({
      expected,
      found: { en: `${NAME} is not running.`, "zh-cn": `${NAME} 没有在运行。` },
      look: {
        en: "`virsh list --all`. It can be cured while it runs; it may also be started again.",
        "zh-cn": "`virsh list --all`。它可以在运行中治好，也可以重新启动。",
      },
    });
  }
  const left = Math.round(libvirt.monitor("balloon", z.object({ actual: z.number() })).actual / 2 ** 20);
  const hasBalloon = guest.live?.has("//memballoon[@model='virtio']") ?? false;
  if (!hasBalloon) {
    return failed({
      expected,
      found: { en: "It runs without a balloon.", "zh-cn": "它现在没有气球。" },
      look: {
        en: "That is cured by amputation. Give the balloon back to the definition and start the guest again.",
        "zh-cn": "这是截肢式的治疗。请把气球放回定义里，再启动客户机。",
      },
    });
  }
  const answers = libvirt.answered("alive");
  if (Math.abs(left - WANTED) <= 2 && answers)
    return passed({ en: `The balloon leaves ${left} MiB, and the guest answers.`, "zh-cn": `气球留出 ${left} MiB，客户机有回应。` });
  if (Math.abs(left - WANTED) <= 2) {
    return failed({
      expected,
      found: { en: `It has ${left} MiB again, and nobody inside answers.`, "zh-cn": `它又有了 ${left} MiB，但里面没有回应。` },
      look: {
        en: "A guest that starts needs about half a minute. If it was not restarted yet: its agent was killed for lack of memory, and `virsh reset` starts the kernel anew.",
        "zh-cn": "客户机启动需要半分钟左右。如果还没有重启过：它的代理因为缺内存被杀掉了，`virsh reset` 会让内核重新启动。",
      },
    });
  }
  return failed({
    expected,
    found: { en: `The balloon leaves it ${left} MiB.`, "zh-cn": `气球只给它留了 ${left} MiB。` },
    look: {
      en: `\`virsh domstats ${NAME} --balloon\`. A restart alone does not help: the balloon's target stays. \`virsh setmem\` sets it, with a unit.`,
      "zh-cn": `\`virsh domstats ${NAME} --balloon\`。只重启没有用：气球的目标值还在。要用 \`virsh setmem\` 重新设定，并写上单位。`,
    },
  });
}

function definitionWhole(libvirt: LibvirtFacts): Outcome {
  const xml = libvirt.guest(NAME)?.config;
  const maximum = (xml?.number("/domain/memory") ?? 0) / 1024;
  const current = (xml?.number("/domain/currentMemory") ?? 0) / 1024;
  const balloon = xml?.value("//memballoon/@model") ?? "none";
  if (balloon === "virtio" && maximum === MAXIMUM && current === WANTED) {
    return passed({ en: `${current} of at most ${maximum} MiB, with a balloon.`, "zh-cn": `${current} MiB，上限 ${maximum} MiB，有气球。` });
  }
  return failed({
    expected: {
      en: `The definition says ${WANTED} of at most ${MAXIMUM} MiB, with a virtio balloon.`,
      "zh-cn": `定义里是 ${WANTED} MiB，上限 ${MAXIMUM} MiB，并有 virtio 气球。`,
    },
    found: {
      en: `It says ${current} of at most ${maximum} MiB, and the balloon's model is “${balloon}”.`,
      "zh-cn": `现在是 ${current} MiB，上限 ${maximum} MiB，气球的型号是“${balloon}”。`,
    },
    look: {
      en: `\`virsh dumpxml --inactive ${NAME}\`: the elements memory, currentMemory and memballoon. The definition was not to blame.`,
      "zh-cn": `\`virsh dumpxml --inactive ${NAME}\`：看 memory、currentMemory 和 memballoon。出错的不是定义。`,
    },
  });
}

const reportSchema = z.object({ requested_kib: z.number(), target_mib: z.number() });

function told(report: Reported<z.infer<typeof reportSchema>>): Outcome {
  if (report.state !== "read") return unusable(report, PATH, '{"requested_kib": 0, "target_mib": 0}') as Outcome;
  const { requested_kib, target_mib } = report.value;
  if (requested_kib === 1024 && target_mib === 1024) {
    return passed({ en: "1024 KiB were asked for, and 1024 MiB were meant: a factor of 1024.", "zh-cn": "要求的是 1024 KiB，本意是 1024 MiB：差了 1024 倍。" });
  }
  const kib = requested_kib !== 1024;
  return failed({
    expected: kib
      ? { en: "“requested_kib” is what virsh understood, in KiB.", "zh-cn": "“requested_kib” 是 virsh 所理解的数量，单位 KiB。" }
      : { en: "“target_mib” is what the colleague meant: the full memory, in MiB.", "zh-cn": "“target_mib” 是同事的本意：全部内存，单位 MiB。" },
    found: { en: `The file says ${kib ? requested_kib : target_mib}.`, "zh-cn": `文件里写的是 ${kib ? requested_kib : target_mib}。` },
    look: {
      en: "`virsh help setmem`: the unit of a number without one. The summary quotes the command.",
      "zh-cn": "`virsh help setmem`：没有单位的数字按什么算。练习说明里引用了那条命令。",
    },
  });
}

export default defineChecks({
  baseline: {},
  facts: {
    report: reportAt(PATH, reportSchema),
    libvirt: libvirtFacts({
      monitor: { balloon: { guest: NAME, execute: "query-balloon" } },
      inside: { alive: { guest: NAME, command: "true" } },
    }),
  },
  tasks: {
    recovered: ({ libvirt }) => recovered(libvirt),
    "definition-whole": ({ libvirt }) => definitionWhole(libvirt),
    report: ({ report }) => told(report),
  },
});
