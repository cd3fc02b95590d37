import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";

const NAME = "smartgo_01";
const PATH = "/root/balloon.json";
const EXAMPLE = '{"model": "…", "actual": 512, "maximum": 1024, "pci": "1af4:…", "driver": "…", "kernel": "m"}';

const reportSchema = z.object({
  model: z.string(),
  actual: z.number(),
  maximum: z.number(),
  pci: z.string(),
  driver: z.string(),
  kernel: z.string(),
});
type Report = z.infer<typeof reportSchema>;

/** Prints PCI id, driver and kernel option of the balloon, a word each. */
const IN_GUEST = [
  "for d in /sys/bus/virtio/drivers/virtio_balloon/virtio*; do d=$(readlink -f $d); p=$(dirname $d);",
  'printf "%s:%s %s " $(cut -c3- $p/vendor) $(cut -c3- $p/device) $(basename $(readlink $d/driver)); done;',
  "sed -n s/^CONFIG_VIRTIO_BALLOON=//p /boot/config-$(uname -r)",
].join(" ");

/** A field that does not agree: what was written, what is true, and where it can be read. */
function wrong(field: keyof Report, written: string | number, look: Text): Outcome {
  return failed({
    expected: { en: `“${field}” in ${PATH} is what the guest has.`, "zh-cn": `${PATH} 中的 "${field}" 与客户机的实际情况一致。` },
    found: { en: `It says ${written}, and that is not so.`, "zh-cn": `文件里写的是 ${written}，与实际不符。` },
    look,
  });
}

function hostSide(report: Report, libvirt: LibvirtFacts): Outcome {
  const guest = libvirt.guest(NAME);
  const actual = Math.round(libvirt.monitor("balloon", z.object({ actual: z.number() })).actual / 2 ** 20);
  const maximum = Math.round((guest?.live?.number("/domain/memory") ?? 0) / 1024);
  if (report.model !== guest?.live?.value("//memballoon/@model")) {
    return wrong("model", report.model, {
      en: `\`virsh dumpxml ${NAME} --xpath //memballoon\`: the attribute model. (\`grep memballon\`, with one o, finds nothing.)`,
      "zh-cn": `\`virsh dumpxml ${NAME} --xpath //memballoon\`：看 model 属性。（\`grep memballon\` 少了一个 o，什么也找不到。）`,
    });
  }
  if (report.actual === actual * 1024 || report.maximum === maximum * 1024) {
    return wrong("actual", report.actual, {
      en: "libvirt counts in KiB. The file wants MiB: divide by 1024.",
      "zh-cn": "libvirt 按 KiB 计数，文件里要 MiB：除以 1024。",
    });
  }
  if (Math.abs(report.actual - actual) > 2) {
    return wrong("actual", `${report.actual} MiB`, {
      en: `Ask the host: \`virsh domstats ${NAME} --balloon\`, balloon.current. What \`free\` shows in the guest is less, because its kernel keeps a part for itself.`,
      "zh-cn": `请问宿主机：\`virsh domstats ${NAME} --balloon\` 的 balloon.current。客户机里 \`free\` 显示的要少一些，因为内核给自己留了一部分。`,
    });
  }
  if (report.maximum !== maximum) {
    return wrong("maximum", `${report.maximum} MiB`, {
      en: `\`virsh dominfo ${NAME}\`: the row “Max memory”, in KiB.`,
      "zh-cn": `\`virsh dominfo ${NAME}\`：看 Max memory 一行，单位是 KiB。`,
    });
  }
  return passed({ en: `Model virtio, ${actual} of at most ${maximum} MiB.`, "zh-cn": `型号 virtio，${actual} MiB，上限 ${maximum} MiB。` });
}

function guestSide(report: Report, libvirt: LibvirtFacts): Outcome {
  const [pci = "", driver = "", kernel = ""] = libvirt.inside("balloon").output.trim().split(/\s+/);
  if (report.pci.toLowerCase() !== pci) {
    return wrong("pci", report.pci, {
      en: "In the guest: `lspci -nn | grep -i balloon`, the last brackets.",
      "zh-cn": "在客户机里：`lspci -nn | grep -i balloon`，看最后一个方括号。",
    });
  }
  if (report.driver.replaceAll("-", "_") !== driver) {
    return wrong("driver", report.driver, { en: "In the guest: `ls /sys/bus/virtio/drivers/*`.", "zh-cn": "在客户机里：`ls /sys/bus/virtio/drivers/*`。" });
  }
  if (report.kernel !== kernel) {
    return wrong("kernel", report.kernel, {
      en: "In the guest: `grep CONFIG_VIRTIO_BALLOON= /boot/config-$(uname -r)`. The other lines with BALLOON are about other things.",
      "zh-cn": "在客户机里：`grep CONFIG_VIRTIO_BALLOON= /boot/config-$(uname -r)`。其他带 BALLOON 的行说的是别的东西。",
    });
  }
  return passed({ en: `PCI ${pci}, taken by ${driver}, kernel option ${kernel}.`, "zh-cn": `PCI ${pci}，由 ${driver} 接管，内核选项为 ${kernel}。` });
}

function statistics(libvirt: LibvirtFacts): Outcome {
  const guest = libvirt.guest(NAME);
  const period = guest?.live?.number("//memballoon/stats/@period") ?? 0;
  if (period > 0) return passed({ en: `The guest reports every ${period} s.`, "zh-cn": `客户机每 ${period} 秒报告一次。` });
  const stored = guest?.config?.number("//memballoon/stats/@period") ?? 0;
  return failed({
    expected: { en: "The balloon of the running guest has a polling period.", "zh-cn": "运行中客户机的气球设置了轮询周期。" },
    found:
      stored > 0
        ? { en: "Only the stored definition has one, and that counts from the next start.", "zh-cn": "只有保存的定义里有，下次启动才生效。" }
        : {
            en: "The period is 0: the numbers of `dommemstat` are as old as its last_update.",
            "zh-cn": "周期是 0：`dommemstat` 的数字还停留在 last_update 那一刻。",
          },
    look: {
      en: "`virsh help dommemstat`: --period, and which of --live and --config acts now.",
      "zh-cn": "`virsh help dommemstat`：看 --period，以及 --live 和 --config 中哪一个立即生效。",
    },
  });
}

/** The report is judged only once it can be read. */
const judged = (report: Reported<Report>, judge: (value: Report) => Outcome): Outcome =>
  report.state === "read" ? judge(report.value) : (unusable(report, PATH, EXAMPLE) as Outcome);

export default defineChecks({
  baseline: {},
  facts: {
    report: reportAt(PATH, reportSchema),
    libvirt: libvirtFacts({
      monitor: { balloon: { guest: NAME, execute: "query-balloon" } },
      inside: { balloon: { guest: NAME, command: IN_GUEST } },
    }),
  },
  tasks: {
    "host-side": ({ report, libvirt }) => notRunning(libvirt.state(NAME)) ?? judged(report, (value) => hostSide(value, libvirt)),
    "guest-side": ({ report, libvirt }) => notRunning(libvirt.state(NAME)) ?? judged(report, (value) => guestSide(value, libvirt)),
    statistics: ({ libvirt }) => notRunning(libvirt.state(NAME)) ?? statistics(libvirt),
  },
});
