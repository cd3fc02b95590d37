import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { jsonFrom, type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";

const PATH = "/root/ready.json";
const EXAMPLE =
  '{"extension": "…", "cpus": 0, "modules": ["…"], "nested": true, "device_mode": "0…", "device_group": "…", "memory_mib": 0, "free_gib": 0, "validate_exit": 0}';

const readySchema = z.object({
  extension: z.string(),
  cpus: z.number(),
  modules: z.array(z.string()),
  nested: z.boolean(),
  device_mode: z.union([z.string(), z.number()]).transform(String),
  device_group: z.string(),
  memory_mib: z.number(),
  free_gib: z.number(),
  validate_exit: z.number(),
});
export type Ready = z.infer<typeof readySchema>;

const hostSchema = z.object({
  extension: z.enum(["vmx", "svm", "none"]),
  cpus: z.int(),
  modules: z.array(z.string()),
  nested: z.boolean(),
  mode: z.string(),
  group: z.string(),
  memoryMiB: z.number(),
  freeGiB: z.number(),
  validate: z.int(),
});
export type HostFacts = z.infer<typeof hostSchema>;

const host = jsonFrom(
  hostSchema,
  `set -- $(grep -Ewo 'vmx|svm' /proc/cpuinfo)
virt-host-validate qemu >/dev/null 2>&1; validate=$?
modules=$(ls -d /sys/module/kvm /sys/module/kvm_amd /sys/module/kvm_intel 2>/dev/null | xargs -rn1 basename | jq -R . | jq -sc .)
nested=$(cat /sys/module/kvm_amd/parameters/nested /sys/module/kvm_intel/parameters/nested 2>/dev/null)
jq -n --arg extension "\${1:-none}" --argjson cpus $# --argjson modules "$modules" --arg nested "$nested" --arg mode "$(stat -c %a /dev/kvm 2>/dev/null)" \\
  --arg group "$(stat -c %G /dev/kvm 2>/dev/null)" --argjson kib "$(awk '/^MemTotal:/ {print $2}' /proc/meminfo)" \\
  --argjson free "$(stat -f -c '%a*%S' /var/lib/libvirt/images | awk -F'*' '{printf "%.0f", $1*$2}')" --argjson validate $validate \\
  '{$extension, $cpus, $modules, nested: ($nested == "1" or $nested == "Y"), $mode, $group, memoryMiB: ($kib / 1024), freeGiB: ($free / 1073741824), $validate}'`,
);

interface Facts {
  readonly report: Reported<Ready>;
  readonly host: HostFacts;
}

/** Judges what the learner wrote; a file that cannot be read fails every task with its own words. */
function about(judge: (said: Ready, host: HostFacts) => Outcome): (facts: Facts) => Outcome {
  return ({ report, host: found }) => (report.state === "read" ? judge(report.value, found) : (unusable(report, PATH, EXAMPLE) as Outcome));
}

function cpu(said: Ready, { extension, cpus }: HostFacts): Outcome {
  const word = said.extension.trim();
  if (word === extension && said.cpus === cpus) {
    return passed({ en: `${cpus} CPUs have the flag ${extension}.`, "zh-cn": `${cpus} 个 CPU 有标志 ${extension}。` });
  }
  const expected: Text = {
    en: "“extension” is the flag in /proc/cpuinfo, “cpus” how many CPUs have it.",
    "zh-cn": "“extension” 是 /proc/cpuinfo 里的标志名，“cpus” 是有这个标志的 CPU 数量。",
  };
  const found: Text = { en: `The file says ${word} on ${said.cpus}.`, "zh-cn": `文件里写的是 ${word}，${said.cpus} 个。` };
  if (word === "smx") {
    return failed({
      expected,
      found,
      look: {
        en: "smx stands for Safer Mode Extensions, Intel's way to a measured start. It says nothing about virtualization. AMD's flag is svm.",
        "zh-cn": "smx 是 Safer Mode Extensions，是 Intel 用于可信启动的扩展，与虚拟化无关。AMD 的标志是 svm。",
      },
    });
  }
  if (/vt-?x|amd-?v|^amd$|^intel$/i.test(word)) {
    return failed({
      expected,
      found,
      look: {
        en: "That is the vendor's name for it. The flag is shorter: `grep -Ewo 'vmx|svm' /proc/cpuinfo`. VT-x belongs to Intel, AMD-V to AMD.",
        "zh-cn": "这是厂商起的产品名，标志名更短：`grep -Ewo 'vmx|svm' /proc/cpuinfo`。VT-x 属于 Intel，AMD-V 属于 AMD。",
      },
    });
  }
  return failed({
    expected,
    found,
    look: { en: "`grep -Ewo 'vmx|svm' /proc/cpuinfo | sort | uniq -c`", "zh-cn": "`grep -Ewo 'vmx|svm' /proc/cpuinfo | sort | uniq -c`" },
  });
}

function kvm(said: Ready, found: HostFacts): Outcome {
  const named = new Set(
    said.modules.map((one) =>
      one
        .trim()
        .replaceAll("-", "_")
        .replace(/\.ko.*$/, ""),
    ),
  );
  const missing = found.modules.filter((one) => !named.has(one));
  const extra = [...named].filter((one) => !found.modules.includes(one));
  const wrong = (expected: Text, what: Text, look: Text): Outcome => failed({ expected, found: what, look });
  if (missing.length > 0 || extra.length > 0) {
    const list = said.modules.join(", ") || "-";
    const vendor = missing.some((one) => one !== "kvm");
    return wrong(
      { en: "“modules” names the two modules of KVM that are loaded.", "zh-cn": "“modules” 写出已加载的两个 KVM 模块。" },
      { en: `The file names ${list}.`, "zh-cn": `文件里写的是 ${list}。` },
      vendor
        ? {
            en: "kvm alone drives no processor: the vendor's module does the work. `lsmod | grep kvm`: the first column.",
            "zh-cn": "单有 kvm 驱动不了任何处理器，真正干活的是厂商模块。看 `lsmod | grep kvm` 的第一列。",
          }
        : {
            en: "`lsmod | grep kvm`: the first column. irqbypass is used by KVM and is no part of it.",
            "zh-cn": "看 `lsmod | grep kvm` 的第一列。irqbypass 只是被 KVM 使用，不是它的一部分。",
          },
    );
  }
  if (said.nested !== found.nested) {
    return wrong(
      { en: "“nested” is the parameter of the vendor's module.", "zh-cn": "“nested” 是厂商模块的参数。" },
      { en: `The file says ${said.nested}.`, "zh-cn": `文件里写的是 ${said.nested}。` },
      { en: "`cat /sys/module/kvm_*/parameters/nested`: 1 or Y means yes.", "zh-cn": "`cat /sys/module/kvm_*/parameters/nested`：1 或 Y 表示开启。" },
    );
  }
  if (said.device_mode.replace(/^0+/, "") !== found.mode || said.device_group.trim() !== found.group) {
    return wrong(
      { en: "“device_mode” and “device_group” are those of /dev/kvm.", "zh-cn": "“device_mode” 和 “device_group” 是 /dev/kvm 的权限和所属组。" },
      { en: `The file says ${said.device_mode} and ${said.device_group}.`, "zh-cn": `文件里写的是 ${said.device_mode} 和 ${said.device_group}。` },
      { en: "`stat -c '%a %G' /dev/kvm`", "zh-cn": "`stat -c '%a %G' /dev/kvm`" },
    );
  }
  return passed({
    en: `${found.modules.join(" and ")}, nested ${found.nested ? "on" : "off"}, /dev/kvm ${found.mode} of group ${found.group}.`,
    "zh-cn": `${found.modules.join("、")}，嵌套${found.nested ? "开启" : "关闭"}，/dev/kvm 权限 ${found.mode}，组 ${found.group}。`,
  });
}

function room(said: Ready, found: HostFacts): Outcome {
  // Free space moves a little while one works, and people round.
  const memory = Math.abs(said.memory_mib - found.memoryMiB) <= 8;
  const disk = Math.abs(said.free_gib - found.freeGiB) <= 0.6;
  const right: Text = {
    en: `${Math.round(found.memoryMiB)} MiB of memory, ${found.freeGiB.toFixed(1)} GiB free.`,
    "zh-cn": `内存 ${Math.round(found.memoryMiB)} MiB，可用 ${found.freeGiB.toFixed(1)} GiB。`,
  };
  if (memory && disk) return passed(right);
  if (!memory) {
    const kib = Math.abs(said.memory_mib / 1024 - found.memoryMiB) <= 8;
    return failed({
      expected: { en: "“memory_mib” is the total memory in MiB.", "zh-cn": "“memory_mib” 是以 MiB 为单位的总内存。" },
      found: { en: `The file says ${said.memory_mib}.`, "zh-cn": `文件里写的是 ${said.memory_mib}。` },
      look: kib
        ? { en: "That number is in KiB, as /proc/meminfo counts. Divide by 1024.", "zh-cn": "这个数的单位是 KiB，/proc/meminfo 就这样计数。请除以 1024。" }
        : { en: "`free -m`: the row Mem, the column total.", "zh-cn": "`free -m`：Mem 一行，total 一列。" },
    });
  }
  return failed({
    expected: {
      en: "“free_gib” is the free space at /var/lib/libvirt/images in GiB.",
      "zh-cn": "“free_gib” 是 /var/lib/libvirt/images 的可用空间，单位 GiB。",
    },
    found: { en: `The file says ${said.free_gib}.`, "zh-cn": `文件里写的是 ${said.free_gib}。` },
    look: { en: "`df -h /var/lib/libvirt/images`: the column Avail.", "zh-cn": "`df -h /var/lib/libvirt/images`：看 Avail 一列。" },
  });
}

function verdict(said: Ready, { validate }: HostFacts): Outcome {
  if (said.validate_exit === validate) {
    return passed({
      en: `virt-host-validate qemu ends with ${validate}: ${validate === 0 ? "no check failed" : "something failed"}.`,
      "zh-cn": `virt-host-validate qemu 的退出状态是 ${validate}：${validate === 0 ? "没有失败的检查" : "有检查失败"}。`,
    });
  }
  return failed({
    expected: { en: "“validate_exit” is the exit status of `virt-host-validate qemu`.", "zh-cn": "“validate_exit” 是 `virt-host-validate qemu` 的退出状态。" },
    found: { en: `The file says ${said.validate_exit}.`, "zh-cn": `文件里写的是 ${said.validate_exit}。` },
    look: {
      en: "`virt-host-validate qemu; echo $?`. Without the word qemu it also judges what other drivers need. A WARN does not make it fail.",
      "zh-cn": "`virt-host-validate qemu; echo $?`。不写 qemu，它会连其他驱动的需求一起检查。WARN 不算失败。",
    },
  });
}

export default defineChecks({
  baseline: {},
  facts: { report: reportAt(PATH, readySchema), host },
  tasks: { cpu: about(cpu), kvm: about(kvm), room: about(room), verdict: about(verdict) },
});
