import { defineChecks, failed, type Outcome, type Probe, passed } from "../../../../../lab-server/grading/check.ts";

/** One run of the learner's program, as strace saw it. */
interface Trace {
  readonly a: number;
  readonly b: number;
  readonly status: number;
  /** What it printed, errors among it. */
  readonly output: string;
  /** Names of the KVM requests that succeeded, in order. */
  readonly requests: readonly string[];
  /** Why KVM_RUN came back, each time. */
  readonly exits: readonly string[];
}

const PROGRAM = "/root/kvm/hello.py";

/**
 * Runs the program with numbers that nobody knows before. strace names each ioctl and, by `-e kvm=vcpu`, the exit reason that the kernel
 * wrote; with --seccomp-bpf it stops the program at no other call. That is slow in an emulated host, so it watches one run only; a second run,
 * with other numbers, is asked for its sum.
 */
const SCRIPT = `
trace=$(mktemp)
a=$((RANDOM % 4)) b=$((RANDOM % 3))
echo "@pair $a $b"
if [ -f ${PROGRAM} ]; then
  timeout 11 strace -f --seccomp-bpf -o "$trace" -e trace=ioctl -e kvm=vcpu python3 ${PROGRAM} $a $b 2>&1 | head -c 2000 | sed 's/^/> /'
  status=\${PIPESTATUS[0]}
  echo
  echo "@status $status"
  grep -o 'KVM_[A-Z_]*,.* = [0-9].*' "$trace" | head -n 200
  if [ "$status" = 0 ]; then
    a=$((a + 1 + RANDOM % 2)) b=$((b + 1 + RANDOM % 2))
    echo "@again $a $b"
    timeout 5 python3 ${PROGRAM} $a $b 2>&1 | head -c 2000 | sed 's/^/> /'
  fi
else
  echo "@status 127"
fi
rm -f "$trace"
`;

/** The run that was watched, and what the second one printed; undefined when the first had failed already. */
export interface Runs {
  readonly watched: Trace;
  readonly again: Pick<Trace, "a" | "b" | "output"> | undefined;
}

export const runs: Probe<Runs> = {
  script: SCRIPT,
  read(output) {
    const [first = "", second] = output.split(/^@again /m);
    const watched = readTrace(first.replace(/^@pair /, ""));
    if (second === undefined) return { watched, again: undefined };
    const { a, b } = numbers(second);
    return { watched, again: { a, b, output: printed(second) } };
  },
};

function numbers(text: string): { a: number; b: number } {
  const [, a, b] = /^(\d+) (\d+)\n/.exec(text) ?? [];
  if (a === undefined || b === undefined) throw new Error(`expected two numbers, found ${JSON.stringify(text.slice(0, 80))}`);
  return { a: Number(a), b: Number(b) };
}

function printed(text: string): string {
  const lines = text.split("\n").filter((line) => line.startsWith("> "));
  return lines.map((line) => line.slice(2)).join("\n");
}

function readTrace(text: string): Trace {
  const lines = text.split("\n");
  const status = /^@status (\d+)$/m.exec(text)?.[1];
  if (status === undefined) throw new Error(`expected a status, found ${JSON.stringify(text.slice(-80))}`);
  const requests = lines.flatMap((line) => /^(KVM_[A-Z_]+),/.exec(line)?.[1] ?? []);
  const exits = lines.flatMap((line) => /^KVM_RUN,.*\((KVM_EXIT_[A-Z_]+)\)/.exec(line)?.[1] ?? []);
  return { ...numbers(text), status: Number(status), output: printed(text), requests, exits };
}

const NEEDED = ["KVM_CREATE_VM", "KVM_SET_USER_MEMORY_REGION", "KVM_CREATE_VCPU"] as const;

/** The last line of a Python traceback, or of whatever was printed. */
function lastWords(trace: Trace): string {
  return trace.output.trim().split("\n").at(-1)?.slice(0, 160) ?? "";
}

function machine({ watched }: Runs): Outcome {
  const missing = NEEDED.find((name) => !watched.requests.includes(name));
  if (missing === undefined) return passed({ en: "Machine, memory and vCPU were made by ioctl.", "zh-cn": "虚拟机、内存和 vCPU 都由 ioctl 创建。" });
  return failed({
    expected: {
      en: "The kernel is asked for a machine, for its memory and for a vCPU, and grants all three.",
      "zh-cn": "程序向内核要一台虚拟机、要内存、要一个 vCPU，三样都得到。",
    },
    found: {
      en: `No ${missing} succeeded. The program's last words: “${lastWords(watched)}”.`,
      "zh-cn": `没有成功的 ${missing}。程序最后说的是：“${lastWords(watched)}”。`,
    },
    look: {
      en: `\`strace -e trace=ioctl /root/kvm/hello.py ${watched.a} ${watched.b}\` shows each request and the kernel's answer.`,
      "zh-cn": `\`strace -e trace=ioctl /root/kvm/hello.py ${watched.a} ${watched.b}\` 列出每个请求和内核的回答。`,
    },
  });
}

const sumExpected = ({ a, b }: { a: number; b: number }) => ({
  en: `\`hello.py ${a} ${b}\` prints ${a + b}, computed by the guest.`,
  "zh-cn": `\`hello.py ${a} ${b}\` 打印 ${a + b}，由客户机算出。`,
});

function guestAdds({ watched, again }: Runs): Outcome {
  const expected = sumExpected(watched);
  if (watched.exits.length === 0) {
    return failed({
      expected,
      found: {
        en: "No guest ever ran: KVM_RUN was not asked for, so whatever was printed comes from Python.",
        "zh-cn": "根本没有客户机运行过：没有发出 KVM_RUN，所以无论打印了什么，都是 Python 算的。",
      },
      look: { en: "Step 4 of the file: the guest's turn is a request to the vCPU.", "zh-cn": "看文件的第 4 步：让客户机运行，要向 vCPU 发请求。" },
    });
  }
  if (!watched.exits.includes("KVM_EXIT_IO")) {
    const last = watched.exits.at(-1);
    return failed({
      expected,
      found: {
        en: `The guest stopped with ${last} before it had said anything: its CPU was not where our code lies.`,
        "zh-cn": `客户机什么都没说就因 ${last} 停下了：它的 CPU 不在我们的代码所在之处。`,
      },
      look: {
        en: "Two numbers must agree: guest_phys_addr at step 2 and rip at step 3.",
        "zh-cn": "有两个数必须一致：第 2 步的 guest_phys_addr 和第 3 步的 rip。",
      },
    });
  }
  for (const run of again === undefined ? [watched] : [watched, again]) {
    if (new RegExp(`\\b${run.a + run.b}\\b`).test(run.output)) continue;
    const said = run.output.trim().slice(0, 160);
    return failed({
      expected: sumExpected(run),
      found: { en: `It printed: “${said}”.`, "zh-cn": `它打印的是：“${said}”。` },
      look: {
        en: "The operands go in as rax and rbx; the digit comes out of the shared page at the offset that the exit names.",
        "zh-cn": "两个加数由 rax 和 rbx 传入；结果在共享页里，位置由退出信息给出。",
      },
    });
  }
  const sum = `${watched.a} + ${watched.b} = ${watched.a + watched.b}`;
  return passed({ en: `The guest has computed ${sum}.`, "zh-cn": `客户机算出了 ${sum}。` });
}

function halts({ watched: { exits } }: Runs): Outcome {
  if (exits.at(-1) === "KVM_EXIT_HLT" && exits.length >= 3) {
    return passed({ en: "Two exits for output, one for HLT.", "zh-cn": "两次因输出退出，一次因 HLT 退出。" });
  }
  const seen = exits.join(", ");
  return failed({
    expected: { en: "KVM_RUN is asked for until the guest comes to HLT: three times.", "zh-cn": "反复发出 KVM_RUN，直到客户机执行 HLT：共三次。" },
    found:
      seen === "" ? { en: "There was no exit at all.", "zh-cn": "一次退出也没有。" } : { en: `The exits were: ${seen}.`, "zh-cn": `退出依次是：${seen}。` },
    look: {
      en: "After an exit for input or output the guest has not finished. Let it go on.",
      "zh-cn": "因输入输出而退出时，客户机还没有做完，要让它继续。",
    },
  });
}

export default defineChecks({
  baseline: {},
  facts: { runs },
  tasks: { machine: (facts) => machine(facts.runs), "guest-adds": (facts) => guestAdds(facts.runs), halts: (facts) => halts(facts.runs) },
});
