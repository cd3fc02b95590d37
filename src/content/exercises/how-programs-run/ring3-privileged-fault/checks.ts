import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { jsonFrom, type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";

/** As in setup.sh. The check runs them itself, whatever became of the learner's files. */
const CODES = { add: "83c001", cpuid: "0fa2", hlt: "f4", cli: "fa", in: "e460", rdmsr: "0f32", "mov-cr3": "0f20d8", ud2: "0f0b" } as const;
const FILE = "/root/ring/result.json";
const MINE = "/root/ring/mine";

const endings = z.enum(["ok", "SIGSEGV", "SIGILL"]);
const tableSchema = z.record(z.string(), endings);

/** What a traced program was about to do when the kernel sent it a signal. */
const faultSchema = z.object({
  signal: z.string(),
  /** si_code: 128 SI_KERNEL, 1 and 2 page faults, 0 and below sent by a program. */
  code: z.int(),
  cs: z.int(),
  /** Up to 15 bytes from the instruction on, hexadecimal; empty when they cannot be read. */
  bytes: z.string(),
  /** Whether the process died of it. */
  deadly: z.boolean(),
});
const mineSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("absent") }),
  z.object({ state: z.literal("not-executable") }),
  z.object({ state: z.literal("endless") }),
  z.object({ state: z.literal("ran"), status: z.int(), faults: z.array(faultSchema) }),
]);
export type Mine = z.infer<typeof mineSchema>;

/** Runs each instruction in a child, then the learner's program under ptrace, whose faults it looks at before they are delivered. */
const PYTHON = String.raw`
import ctypes, errno, json, mmap, os, signal, struct, sys
codes, mine = json.loads(sys.argv[1]), sys.argv[2]
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long
TRACEME, CONT, GETREGS, SETOPTIONS, GETSIGINFO = 0, 7, 12, 0x4200, 0x4202
OPTIONS = 0x2 | 0x4 | 0x8 | 0x10 | 0x100000  # forks, clones and execs are followed; all end with us
WALL = 0x40000000
name = lambda number: signal.Signals(number).name

def run(code):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\x53" + bytes.fromhex(code) + b"\x5b\xc3")
    ctypes.CFUNCTYPE(ctypes.c_uint32)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()

def ending(code):
    pid = os.fork()
    if pid == 0:
        run(code)
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    return name(os.WTERMSIG(status)) if os.WIFSIGNALED(status) else "ok"

def child():
    null = os.open("/dev/null", os.O_RDWR)
    for number in range(3): os.dup2(null, number)
    libc.ptrace(TRACEME, 0, None, None)
    try: os.execv(mine, [mine])
    except OSError as error:
        if error.errno == errno.ENOEXEC: os.execv("/bin/sh", ["sh", mine])
    os._exit(126)

def fault(pid, number):
    info, regs = ctypes.create_string_buffer(128), ctypes.create_string_buffer(27 * 8)
    libc.ptrace(GETSIGINFO, pid, None, info)
    libc.ptrace(GETREGS, pid, None, regs)
    rip, cs = struct.unpack_from("QQ", regs, 16 * 8)
    try:
        with open("/proc/%d/mem" % pid, "rb", 0) as memory: code = os.pread(memory.fileno(), 15, rip).hex()
    except (OSError, OverflowError): code = ""
    return {"signal": name(number), "code": struct.unpack_from("i", info, 8)[0], "cs": cs, "bytes": code, "deadly": False, "pid": pid}

class Endless(Exception): pass

def late(*_): raise Endless

def trace():
    if not os.path.isfile(mine): return {"state": "absent"}
    if not os.access(mine, os.X_OK): return {"state": "not-executable"}
    main = os.fork()
    if main == 0: child()
    faults, known, result = [], set(), -1
    signal.signal(signal.SIGALRM, late)
    signal.alarm(8)
    try:
        while True:
            try: pid, status = os.waitpid(-1, WALL)
            except ChildProcessError: break
            if os.WIFSIGNALED(status):
                for one in faults: one["deadly"] |= one["pid"] == pid and one["signal"] == name(os.WTERMSIG(status))
            if not os.WIFSTOPPED(status):
                if pid == main: result = os.waitstatus_to_exitcode(status)
                continue
            number, deliver = os.WSTOPSIG(status), 0
            if pid not in known:
                known.add(pid)
                libc.ptrace(SETOPTIONS, pid, None, OPTIONS)
                deliver = 0 if number in (signal.SIGTRAP, signal.SIGSTOP) else number
            elif number != signal.SIGTRAP:
                deliver = number
            if deliver in (signal.SIGSEGV, signal.SIGILL, signal.SIGBUS, signal.SIGFPE) and len(faults) < 20: faults.append(fault(pid, number))
            libc.ptrace(CONT, pid, None, deliver)
    except Endless:
        return {"state": "endless"}
    signal.alarm(0)
    return {"state": "ran", "status": result, "faults": faults}

print(json.dumps({"table": {key: ending(code) for key, code in codes.items()}, "mine": trace()}), flush=True)
os._exit(0)
`;

const truth = jsonFrom(
  z.object({ table: tableSchema, mine: mineSchema }),
  `exec python3 -I - '${JSON.stringify(CODES)}' ${MINE} <<'END OF TRACE'\n${PYTHON}END OF TRACE\n`,
);

const ABOUT: Readonly<Record<string, Text>> = {
  ok: { en: "runs", "zh-cn": "可以执行" },
  SIGSEGV: { en: "ends by SIGSEGV (139 = 128 + 11)", "zh-cn": "以 SIGSEGV 告终（139 = 128 + 11）" },
  SIGILL: { en: "ends by SIGILL (132 = 128 + 4)", "zh-cn": "以 SIGILL 告终（132 = 128 + 4）" },
};

function table(report: Reported<Record<string, string>>, real: Readonly<Record<string, string>>): Outcome {
  const broken = unusable(report, FILE, '{"add": "ok", "hlt": "SIGSEGV", "ud2": "SIGILL", …}');
  if (broken !== undefined) return broken;
  const said = report.state === "read" ? report.value : {};
  const names = Object.keys(CODES);
  const wrong = names.filter((name) => said[name] !== real[name]);
  const first = wrong[0];
  if (first === undefined) {
    return passed({ en: `All ${names.length} instructions: as the check saw them end.`, "zh-cn": `${names.length} 条指令的结果都与检查程序看到的一致。` });
  }
  const expected = {
    en: `${FILE} says of each of the ${names.length} instructions how it ends: "ok", "SIGSEGV" or "SIGILL".`,
    "zh-cn": `${FILE} 对 ${names.length} 条指令逐一写明结果："ok"、"SIGSEGV" 或 "SIGILL"。`,
  };
  const missing = wrong.filter((name) => said[name] === undefined);
  if (missing.length > 0) {
    return failed({
      expected,
      found: { en: `Nothing is said of ${missing.join(", ")}.`, "zh-cn": `没有写 ${missing.join("、")}。` },
      look: { en: "The names are those of the file `/root/ring/instructions`.", "zh-cn": "名字以 `/root/ring/instructions` 文件里的为准。" },
    });
  }
  const actual = real[first] ?? "";
  return failed({
    expected,
    found: {
      en: `Not so: ${wrong.map((name) => `${name} is "${said[name]}"`).join(", ")}. When the check ran ${first}, it ${
        actual === "ok" ? "ran through" : "was ended by a signal"
      }.`,
      "zh-cn": `不对的有：${wrong.map((name) => `${name} 写成了 "${said[name]}"`).join("，")}。检查程序执行 ${first} 时，它${
        actual === "ok" ? "正常执行完了" : "被信号终止了"
      }。`,
    },
    look: {
      en: `Run it once more and look at the status: \`cd /root/ring; python3 run.py ${CODES[first as keyof typeof CODES]}; echo $?\`. 0 ${ABOUT["ok"]?.en}, 139 ${ABOUT["SIGSEGV"]?.en}, 132 ${ABOUT["SIGILL"]?.en}.`,
      "zh-cn": `再运行一次，看退出状态：\`cd /root/ring; python3 run.py ${CODES[first as keyof typeof CODES]}; echo $?\`。0 表示${ABOUT["ok"]?.["zh-cn"]}，139 表示${ABOUT["SIGSEGV"]?.["zh-cn"]}，132 表示${ABOUT["SIGILL"]?.["zh-cn"]}。`,
    },
  });
}

const PLAIN: Readonly<Record<string, string>> = { f4: "hlt", fa: "cli", fb: "sti" };
const TWO_BYTES: Readonly<Record<string, string>> = {
  "06": "clts",
  "07": "sysret",
  "08": "invd",
  "09": "wbinvd",
  "20": "mov from cr",
  "21": "mov from dr",
  "22": "mov to cr",
  "23": "mov to dr",
  "30": "wrmsr",
  "32": "rdmsr",
  "35": "sysexit",
};

/** The name of the instruction at the start of these bytes, if it is one of those that ring 3 may not use. (Intel SDM vol. 3A, 5.9; IN and OUT by IOPL.) */
export function privilegedName(bytes: string): string | undefined {
  const code = bytes.replace(/^(?:66|67|f2|f3|2e|36|3e|26|64|65)*(?:4[0-9a-f])?/, "");
  const first = code.slice(0, 2);
  const second = code.slice(2, 4);
  if (PLAIN[first] !== undefined) return PLAIN[first];
  if (/^(e[45]|e[cd]|6[cd])/.test(first)) return "in";
  if (/^(e[67]|e[ef]|6[ef])/.test(first)) return "out";
  if (first !== "0f") return undefined;
  if (TWO_BYTES[second] !== undefined) return TWO_BYTES[second];
  const mod = Number.parseInt(code.slice(4, 6), 16);
  if (Number.isNaN(mod)) return undefined;
  const part = (mod >> 3) & 7;
  const inMemory = mod < 0xc0;
  if (second === "00") return { 2: "lldt", 3: "ltr" }[part];
  if (second !== "01") return undefined;
  if (mod === 0xd1) return "xsetbv";
  if (mod === 0xf8) return "swapgs";
  if (part === 6) return "lmsw";
  return inMemory ? { 2: "lgdt", 3: "lidt", 7: "invlpg" }[part] : undefined;
}

const SI_KERNEL = 128;

function ownProgram(mine: Mine): Outcome {
  const expected = {
    en: `${MINE} dies because it tries a privileged instruction in ring 3: SIGSEGV with si_code SI_KERNEL.`,
    "zh-cn": `${MINE} 因为在 3 环执行特权指令而终止：SIGSEGV，si_code 为 SI_KERNEL。`,
  };
  const no = (found: Text, look: Text): Outcome => failed({ expected, found, look });
  if (mine.state === "absent") {
    return no(
      { en: "There is no such program yet.", "zh-cn": "还没有这个程序。" },
      {
        en: "A shell script will do: a first line `#!/bin/sh`, then a line that starts run.py with the right bytes. A C program as well.",
        "zh-cn": "一个 shell 脚本就够了：第一行 `#!/bin/sh`，下一行用合适的字节启动 run.py。用 C 写也行。",
      },
    );
  }
  if (mine.state === "not-executable") {
    return no(
      { en: "It is there, but it cannot be executed.", "zh-cn": "文件有了，但没有执行权限。" },
      { en: `\`chmod +x ${MINE}\``, "zh-cn": `\`chmod +x ${MINE}\`` },
    );
  }
  if (mine.state === "endless") {
    return no(
      { en: "It did not end within 8 seconds.", "zh-cn": "它在 8 秒内没有结束。" },
      { en: `Start it yourself: \`${MINE}; echo $?\`. Ctrl+C ends it.`, "zh-cn": `自己启动一次看看：\`${MINE}; echo $?\`。按 Ctrl+C 结束它。` },
    );
  }
  for (const { signal, code, cs, bytes, deadly } of mine.faults) {
    const instruction = privilegedName(bytes);
    if (deadly && signal === "SIGSEGV" && code === SI_KERNEL && (cs & 3) === 3 && instruction !== undefined) {
      const hex = cs.toString(16);
      return passed({
        en: `It died at the bytes ${bytes.slice(0, 6)}: ${instruction}. CS was 0x${hex}, so the ring was ${cs & 3}; si_code was SI_KERNEL.`,
        "zh-cn": `它终止在 ${bytes.slice(0, 6)} 这几个字节上：${instruction}。当时 CS 为 0x${hex}，即 ${cs & 3} 环；si_code 为 SI_KERNEL。`,
      });
    }
  }
  const last = mine.faults.at(-1);
  if (last === undefined) {
    return no(
      { en: `It had no fault, and ended with the status ${mine.status}.`, "zh-cn": `它没有引起任何异常，退出状态是 ${mine.status}。` },
      {
        en: "Which instructions of your table end by SIGSEGV? `kill` and `exit 139` only look like it from outside.",
        "zh-cn": "你的表里哪些指令以 SIGSEGV 告终？`kill` 和 `exit 139` 只是从外面看上去一样。",
      },
    );
  }
  if (last.signal === "SIGILL") {
    return no(
      { en: "It died by SIGILL: an opcode that the CPU does not know.", "zh-cn": "它死于 SIGILL：CPU 不认识这个操作码。" },
      {
        en: "With an unknown opcode the CPU does not even ask for the ring. Take one that it knows and refuses.",
        "zh-cn": "遇到不认识的操作码，CPU 根本不看特权级。请换一条它认识但拒绝执行的指令。",
      },
    );
  }
  if (last.code <= 0) {
    return no(
      {
        en: `${last.signal} did not come from the CPU: a program sent it (si_code ${last.code}).`,
        "zh-cn": `${last.signal} 不是 CPU 引起的：是程序发来的（si_code ${last.code}）。`,
      },
      {
        en: "You sent the signal yourself, with `kill` or `raise`. Let the CPU refuse an instruction instead.",
        "zh-cn": "这是你自己用 `kill` 或 `raise` 发的信号。要让 CPU 拒绝一条指令才行。",
      },
    );
  }
  if (last.code === 1 || last.code === 2) {
    return no(
      {
        en: `${last.signal} came with si_code ${last.code === 1 ? "SEGV_MAPERR" : "SEGV_ACCERR"}.`,
        "zh-cn": `${last.signal} 的 si_code 是 ${last.code === 1 ? "SEGV_MAPERR" : "SEGV_ACCERR"}。`,
      },
      {
        en: "That is a page fault, a wrong address, and no fault of privilege. The address is not the point here, the instruction is.",
        "zh-cn": "这是缺页异常，即地址不对，与特权无关。这里要的不是错误的地址，而是不许执行的指令。",
      },
    );
  }
  return no(
    {
      en: `${last.signal} with si_code ${last.code} at the bytes ${last.bytes.slice(0, 8)}, which is no privileged instruction${last.deadly ? "" : ", or the program survived it"}.`,
      "zh-cn": `在 ${last.bytes.slice(0, 8)} 这几个字节处收到 ${last.signal}，si_code 为 ${last.code}；这不是特权指令${last.deadly ? "" : "，或者程序并没有因此终止"}。`,
    },
    {
      en: "Other mistakes raise #GP too, such as an address that no x86 CPU accepts. Use one of the instructions of your table.",
      "zh-cn": "别的错误也会引起 #GP，例如 x86 CPU 根本不接受的地址。请用你表里的指令。",
    },
  );
}

export default defineChecks({
  baseline: {},
  facts: { report: reportAt(FILE, tableSchema), truth },
  tasks: {
    "result-table": ({ report, truth: { table: real } }) => table(report, real),
    "own-program": ({ truth: { mine } }) => ownProgram(mine),
  },
});
