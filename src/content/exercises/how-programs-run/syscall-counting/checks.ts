import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, type Probe, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";

const FILE = "/root/sys/answers.json";
const answersSchema = z.object({
  add_loop_calls: z.number().optional(),
  copy_writes: z.number().optional(),
  more_kernel_time: z.string().optional(),
  clock_enters_kernel: z.boolean().optional(),
});
export type Answers = z.infer<typeof answersSchema>;

const EXAMPLE = '{"add_loop_calls": 1, "copy_writes": 2, "more_kernel_time": "clock", "clock_enters_kernel": true}';

/** An answer of the file, or the verdict that there is none. */
function answered<K extends keyof Answers>(report: Reported<Answers>, field: K, judge: (said: NonNullable<Answers[K]>) => Outcome): Outcome {
  const broken = unusable(report, FILE, EXAMPLE);
  if (broken !== undefined) return broken;
  const said = report.state === "read" ? report.value[field] : undefined;
  if (said !== undefined) return judge(said);
  return failed({
    expected: { en: `${FILE} has a field “${field}”.`, "zh-cn": `${FILE} 里有字段“${field}”。` },
    found: { en: "The file has no such field yet.", "zh-cn": "文件里还没有这个字段。" },
    look: { en: `All four fields: \`${EXAMPLE}\` (the values are examples).`, "zh-cn": `四个字段都要有：\`${EXAMPLE}\`（其中的值只是举例）。` },
  });
}

const says = (said: unknown): Text => ({ en: `The file says ${JSON.stringify(said)}.`, "zh-cn": `文件里写的是 ${JSON.stringify(said)}。` });

function addLoop(said: number): Outcome {
  if (said === 0) return passed({ en: "None: an addition needs no kernel.", "zh-cn": "一次也没有：做加法不需要内核。" });
  return failed({
    expected: { en: "The number of system calls that the loop of add makes by itself.", "zh-cn": "add 的循环本身发出的系统调用次数。" },
    found: says(said),
    look: {
      en: "Calls of loading and ending the program do not belong to the loop. Compare `strace -c ./add 10` with `strace -c ./add 10000000`: what has been added?",
      "zh-cn": "加载和结束程序时的调用不属于循环。比较 `strace -c ./add 10` 和 `strace -c ./add 10000000`：多出了什么？",
    },
  });
}

function copyWrites(said: number, real: number): Outcome {
  if (said === real) return passed({ en: `${real}, one for each byte.`, "zh-cn": `${real} 次，每个字节一次。` });
  const expected = { en: "The number of write calls that copy makes, in all its processes.", "zh-cn": "copy 的所有进程一共发出的 write 调用次数。" };
  if (said < real) {
    return failed({
      expected,
      found: { en: `The file says ${said}. That is too few.`, "zh-cn": `文件里写的是 ${said}，少了。` },
      look: {
        en: "copy starts a second process, and a part of the calls is in that child. Which option of strace follows it?",
        "zh-cn": "copy 会启动第二个进程，有一部分调用发生在那个子进程里。strace 的哪个选项可以跟踪它？",
      },
    });
  }
  return failed({
    expected,
    found: { en: `The file says ${said}. That is too many.`, "zh-cn": `文件里写的是 ${said}，多了。` },
    look: {
      en: "Read the column “calls” of the row “write”. The row “total” counts every call of the program, the row “read” another one.",
      "zh-cn": "看 write 那一行的 calls 一栏。total 那一行是程序所有调用的总数，read 那一行是另一种调用。",
    },
  });
}

function kernelTime(said: string): Outcome {
  const name = said.trim().replace(/^\.\//, "");
  if (name === "copy") {
    return passed({ en: "copy: nearly all that it does is to call the kernel.", "zh-cn": "copy：它做的几乎全是调用内核。" });
  }
  return failed({
    expected: {
      en: 'The one of the three that spends more time in the kernel than in its own code: "add", "copy" or "clock".',
      "zh-cn": '三个程序中，花在内核里的时间多于自身代码的那一个："add"、"copy" 或 "clock"。',
    },
    found: says(said),
    look: {
      en: "Compare user and sys of `time ./add 10000000`, `time ./clock 10000000` and `time ./copy`. With few rounds you would only measure the loading.",
      "zh-cn": "比较 `time ./add 10000000`、`time ./clock 10000000` 和 `time ./copy` 的 user 与 sys。循环次数太少的话，量到的只是加载程序的时间。",
    },
  });
}

function clock(said: boolean): Outcome {
  if (!said) return passed({ en: "It does not: the answer comes from the vDSO.", "zh-cn": "不进入：结果来自 vDSO。" });
  return failed({
    expected: { en: "Whether the loop of clock enters the kernel: true or false.", "zh-cn": "clock 的循环会不会进入内核：true 或 false。" },
    found: says(said),
    look: {
      en: "`strace -e trace=clock_gettime ./clock 10`: how many lines do you see? Not every function of the C library becomes a system call.",
      "zh-cn": "`strace -e trace=clock_gettime ./clock 10`：看到几行？C 库的函数并不都会变成系统调用。",
    },
  });
}

/** How many bytes copy writes. It writes them one by one, so this is the number of its calls, known without strace and in no time. */
const writes: Probe<number> = {
  script: "/root/sys/copy /dev/stdout | wc -c",
  read: (output) => z.coerce.number().int().positive().parse(output.trim()),
};

export default defineChecks({
  baseline: { writes },
  facts: { report: reportAt(FILE, answersSchema) },
  tasks: {
    "add-loop": ({ report }) => answered(report, "add_loop_calls", addLoop),
    "copy-writes": ({ report }, { writes: real }) => answered(report, "copy_writes", (said) => copyWrites(said, real)),
    "kernel-time": ({ report }) => answered(report, "more_kernel_time", kernelTime),
    "clock-calls": ({ report }) => answered(report, "clock_enters_kernel", clock),
  },
});
