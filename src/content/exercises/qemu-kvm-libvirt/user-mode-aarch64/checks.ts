import { z } from "zod";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { type Reported, reportAt, textFrom } from "../../../../../lab-server/grading/probes/host.ts";

const PROGRAM = "/root/qemu/hello-arm64";
const REPORT = "/root/qemu/arm.json";
const EXAMPLE = '{"output": "what it wrote", "machine": 62}';
/** EM_AARCH64 and EM_X86_64 of elf.h. */
const AARCH64 = 183;
const X86_64 = 62;

const answers = z.object({ output: z.string(), machine: z.union([z.int(), z.string()]) });
type Report = Reported<z.infer<typeof answers>>;

function output(report: Report, message: string): Outcome {
  if (report.state !== "read") return unusable(report, REPORT, EXAMPLE) as Outcome;
  const said = report.value.output.trim();
  if (said === message) return passed({ en: `“${said}”, as the program writes it.`, "zh-cn": `“${said}”，与程序写出的一致。` });
  const expected = {
    en: "“output” is what the program writes when an AArch64 processor, or an imitation of one, runs it.",
    "zh-cn": "output 是由 AArch64 处理器（或它的模拟）运行程序时写出的内容。",
  };
  if (said.includes(message)) {
    return failed({
      expected,
      found: {
        en: "It has the right words and more: text that lies in the file, and that the program never writes.",
        "zh-cn": "里面有正确的那句话，但还多出别的：那些文字在文件里，程序却从不写出。",
      },
      look: {
        en: `\`strings\` reads a file and runs nothing. Run it: \`qemu-aarch64 ${PROGRAM}\`.`,
        "zh-cn": `\`strings\` 只是读文件，什么也没有运行。请运行它：\`qemu-aarch64 ${PROGRAM}\`。`,
      },
    });
  }
  return failed({
    expected,
    found: { en: `It is “${said.slice(0, 60)}”.`, "zh-cn": `现在是“${said.slice(0, 60)}”。` },
    look: {
      en: "`qemu-aarch64` runs one program. `qemu-system-aarch64` would boot a whole machine, which is not needed here.",
      "zh-cn": "`qemu-aarch64` 运行一个程序；`qemu-system-aarch64` 则要启动整台机器，这里用不着。",
    },
  });
}

/** Its number in any notation, or its name as readelf or file write it. */
function isAarch64(machine: number | string): boolean {
  if (typeof machine === "number") return machine === AARCH64;
  const text = machine.trim().toLowerCase();
  return Number(text) === AARCH64 || /^(arm )?aarch64$/.test(text) || text === "arm64";
}

function machine(report: Report): Outcome {
  if (report.state !== "read") return unusable(report, REPORT, EXAMPLE) as Outcome;
  const said = report.value.machine;
  if (isAarch64(said)) return passed({ en: "183, that is AArch64.", "zh-cn": "183，也就是 AArch64。" });
  const expected = { en: "“machine” is the field e_machine of the program's ELF header.", "zh-cn": "machine 是程序 ELF 头里 e_machine 字段的值。" };
  const look = { en: `\`readelf -h ${PROGRAM}\`, the line “Machine”.`, "zh-cn": `\`readelf -h ${PROGRAM}\`，看 Machine 这一行。` };
  if (Number(said) === X86_64 || /x86/i.test(String(said))) {
    return failed({
      expected,
      found: {
        en: "It names x86-64, the processor of your host. QEMU is such a program; the one it runs is not.",
        "zh-cn": "写的是 x86-64，那是宿主机的处理器。QEMU 自己是这种程序，被它运行的那个不是。",
      },
      look,
    });
  }
  return failed({ expected, found: { en: `It is ${JSON.stringify(said)}.`, "zh-cn": `现在是 ${JSON.stringify(said)}。` }, look });
}

interface Start {
  readonly message: string;
  readonly hash: string;
}

function byName(said: string, hash: string, start: Start): Outcome {
  const expected = { en: `\`${PROGRAM}\`, the file as you were given it, runs by its name.`, "zh-cn": `原样的 \`${PROGRAM}\` 可以直接用文件名运行。` };
  if (hash !== start.hash) {
    return failed({
      expected,
      found: { en: "The file is not the one that you were given.", "zh-cn": "这个文件已经不是原来那个。" },
      look: {
        en: "A script in its place is another program. Put the original back, and teach the kernel instead: binfmt_misc.",
        "zh-cn": "用脚本顶替它，就成了另一个程序。请把原文件放回去，改为教内核认识它：binfmt_misc。",
      },
    });
  }
  if (said.trim() === start.message) {
    return passed({ en: "Started by its name, it writes its line.", "zh-cn": "直接用文件名启动，它写出了自己的那一行。" });
  }
  return failed({
    expected,
    found: {
      en: `Started by its name it gives: “${said.trim().slice(0, 120)}”.`,
      "zh-cn": `直接用文件名启动，得到的是：“${said.trim().slice(0, 120)}”。`,
    },
    look: {
      en: "`ls /proc/sys/fs/binfmt_misc` lists what the kernel has been taught. Each entry names its interpreter and the bytes it looks for.",
      "zh-cn": "`ls /proc/sys/fs/binfmt_misc` 列出内核学会的格式。每一项都写着解释器和要匹配的字节。",
    },
  });
}

const hash = textFrom(`sha256sum 2>/dev/null < ${PROGRAM} || echo gone`);

export default defineChecks({
  baseline: { hash, message: textFrom(`tail -c +157 ${PROGRAM} | head -n 1`) },
  facts: { hash, report: reportAt(REPORT, answers), said: textFrom(`timeout 5 ${PROGRAM} 2>&1 | head -c 400; true`) },
  tasks: {
    output: ({ report }, { message }) => output(report, message),
    machine: ({ report }) => machine(report),
    "by-name": (facts, start) => byName(facts.said, facts.hash, start),
  },
});
