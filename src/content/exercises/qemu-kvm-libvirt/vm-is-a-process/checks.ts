import { z } from "zod";
import { defineChecks, failed, type Outcome, type Probe, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";

const NAME = "smartgo_01";
const REPORT = "/root/vm/vm.json";
const EXAMPLE = '{"pid": 1, "vcpu_tids": [2, 3], "vm_fd": 4, "rss_mib": 5}';

const answers = z.object({ pid: z.int(), vcpu_tids: z.array(z.int()), vm_fd: z.int(), rss_mib: z.number() });
type Answers = z.infer<typeof answers>;

interface QemuProcess {
  readonly pid: number;
  /** Names by their numbers: threads and open files of the guest's process, and all processes of the host. */
  readonly threads: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly names: Readonly<Record<string, string>>;
  readonly rssMiB: number;
}

/** The guest's process as the host shows it, and the names of all others, to say what a wrong number is. pid 0: there is none. */
const PROCESS: Probe<QemuProcess> = {
  script: `pid=0
read -r pid 2>/dev/null < /run/libvirt/qemu/${NAME}.pid
[ -d "/proc/$pid" ] || pid=0
echo "@pid $pid"
ps -e -o pid=,comm=
echo @threads
ps -T -p "$pid" -o tid=,comm=
echo @files
ls -l "/proc/$pid/fd"
echo @status
while read -r key value rest; do [ "$key" = VmRSS: ] && echo "$value"; done < "/proc/$pid/status"
true`,
  read(output) {
    const [head = "", threads = "", files = "", status = ""] = output.split(/^@(?:threads|files|status)$/m);
    const pid = /^@pid (\d+)$/m.exec(head)?.[1];
    if (pid === undefined) throw new Error(`expected a pid, found ${JSON.stringify(head.slice(0, 80))}`);
    return {
      pid: Number(pid),
      names: byNumber(head, /^ *(\d+) (.+)$/gm),
      threads: byNumber(threads, /^ *(\d+) (.+)$/gm),
      files: byNumber(files, / (\d+) -> (.+)$/gm),
      rssMiB: Number(status) / 1024,
    };
  },
};

function byNumber(text: string, line: RegExp): Record<string, string> {
  return Object.fromEntries([...text.matchAll(line)].map(([, number = "", name = ""]) => [number, name]));
}

const cpusSchema = z.array(z.object({ "cpu-index": z.int(), "thread-id": z.int() }));

function processTask(said: Answers, real: QemuProcess): Outcome {
  if (said.pid === real.pid) {
    return passed({ en: `Process ${real.pid}, ${real.names[String(real.pid)]}.`, "zh-cn": `进程 ${real.pid}，${real.names[String(real.pid)]}。` });
  }
  const expected = { en: `pid is the process in which ${NAME} runs.`, "zh-cn": `pid 是运行 ${NAME} 的那个进程。` };
  const look = { en: "`pgrep -af qemu-system` shows it with its command line.", "zh-cn": "`pgrep -af qemu-system` 会连命令行一起列出来。" };
  const name = real.names[String(said.pid)];
  if (name?.startsWith("libvirtd")) {
    return failed({
      expected,
      found: {
        en: `${said.pid} is libvirtd. It starts guests and manages them; a guest goes on running even while libvirtd is stopped.`,
        "zh-cn": `${said.pid} 是 libvirtd。它负责启动和管理客户机；即使 libvirtd 停了，客户机也照样运行。`,
      },
      look,
    });
  }
  const thread = real.threads[String(said.pid)];
  if (thread !== undefined) {
    return failed({
      expected,
      found: {
        en: `${said.pid} is “${thread}”, a thread of the process and not the process.`,
        "zh-cn": `${said.pid} 是“${thread}”，它是这个进程的一个线程，不是进程本身。`,
      },
      look,
    });
  }
  return failed({
    expected,
    found:
      name === undefined
        ? { en: `There is no process ${said.pid}.`, "zh-cn": `没有进程 ${said.pid}。` }
        : { en: `${said.pid} is “${name}”.`, "zh-cn": `${said.pid} 是“${name}”。` },
    look,
  });
}

function vcpuThreads(said: Answers, real: QemuProcess, libvirt: LibvirtFacts): Outcome {
  const cpus = libvirt.monitor("cpus", cpusSchema).toSorted((a, b) => a["cpu-index"] - b["cpu-index"]);
  const tids = cpus.map((cpu) => cpu["thread-id"]);
  if (JSON.stringify(said.vcpu_tids) === JSON.stringify(tids)) {
    return passed({ en: `QEMU names the same threads: ${tids.join(", ")}.`, "zh-cn": `QEMU 说的也是这些线程：${tids.join("、")}。` });
  }
  const expected = {
    en: `vcpu_tids are the ${tids.length} threads that QEMU uses as processors, in order.`,
    "zh-cn": `vcpu_tids 依次是 QEMU 用作处理器的 ${tids.length} 个线程。`,
  };
  const look = {
    en: `\`ps -T -p ${real.pid}\`, and compare \`virsh qemu-monitor-command ${NAME} --hmp info cpus\`.`,
    "zh-cn": `\`ps -T -p ${real.pid}\`，再对照 \`virsh qemu-monitor-command ${NAME} --hmp info cpus\`。`,
  };
  if (said.vcpu_tids.includes(real.pid)) {
    return failed({
      expected,
      found: {
        en: `${real.pid} is among them: that is the main thread, which handles devices and the monitor. It is no vCPU.`,
        "zh-cn": `里面有 ${real.pid}：那是主线程，负责设备和监视器，它不是 vCPU。`,
      },
      look,
    });
  }
  const other = said.vcpu_tids.find((tid) => !tids.includes(tid));
  if (other === undefined) {
    return failed({
      expected,
      found: {
        en: `It is [${said.vcpu_tids.join(", ")}]: not all of them, or not in order.`,
        "zh-cn": `现在是 [${said.vcpu_tids.join(", ")}]：数目或顺序不对。`,
      },
      look,
    });
  }
  const name = real.threads[String(other)];
  return failed({
    expected,
    found:
      name === undefined
        ? { en: `${other} is no thread of this process.`, "zh-cn": `${other} 不是这个进程的线程。` }
        : { en: `${other} is “${name}”, a thread that works around the guest.`, "zh-cn": `${other} 是“${name}”，它做的是客户机周边的工作。` },
    look,
  });
}

function kvmDescriptor(said: Answers, real: QemuProcess): Outcome {
  const target = real.files[String(said.vm_fd)];
  if (said.pid === real.pid && target === "anon_inode:kvm-vm") {
    return passed({ en: `Descriptor ${said.vm_fd} is ${target}.`, "zh-cn": `描述符 ${said.vm_fd} 是 ${target}。` });
  }
  const expected = {
    en: "vm_fd is the descriptor that /proc shows as anon_inode:kvm-vm.",
    "zh-cn": "vm_fd 是 /proc 里显示为 anon_inode:kvm-vm 的那个描述符。",
  };
  const look = { en: `\`ls -l /proc/${real.pid}/fd | grep kvm\`.`, "zh-cn": `\`ls -l /proc/${real.pid}/fd | grep kvm\`。` };
  if (said.pid !== real.pid) {
    return failed({
      expected,
      found: { en: "The process is not the right one yet.", "zh-cn": "进程还没有找对。" },
      look,
    });
  }
  if (target === "/dev/kvm") {
    return failed({
      expected,
      found: {
        en: `${said.vm_fd} is /dev/kvm, the door. Every user of KVM has it open; the machine is what was got through it.`,
        "zh-cn": `${said.vm_fd} 是 /dev/kvm，只是那扇门。每个使用 KVM 的程序都会打开它；虚拟机是通过它得到的东西。`,
      },
      look,
    });
  }
  return failed({
    expected,
    found:
      target === undefined
        ? { en: `There is no descriptor ${said.vm_fd}.`, "zh-cn": `没有描述符 ${said.vm_fd}。` }
        : { en: `${said.vm_fd} is ${target}.`, "zh-cn": `${said.vm_fd} 是 ${target}。` },
    look,
  });
}

/** Between the learner's look and the check, the guest goes on touching memory. */
const MEMORY_SLACK = 0.25;

function memory(said: Answers, real: QemuProcess): Outcome {
  const now = Math.round(real.rssMiB);
  if (Math.abs(said.rss_mib - real.rssMiB) <= MEMORY_SLACK * real.rssMiB) {
    return passed({ en: `${said.rss_mib} MiB; just now it is ${now} MiB.`, "zh-cn": `${said.rss_mib} MiB；此刻是 ${now} MiB。` });
  }
  const expected = { en: `rss_mib is the resident memory of the process, in MiB.`, "zh-cn": "rss_mib 是这个进程的常驻内存，单位 MiB。" };
  const look = { en: `\`grep VmRSS /proc/${real.pid}/status\`, divided by 1024.`, "zh-cn": `\`grep VmRSS /proc/${real.pid}/status\`，再除以 1024。` };
  if (Math.abs(said.rss_mib / 1024 - real.rssMiB) <= MEMORY_SLACK * real.rssMiB) {
    return failed({
      expected,
      found: { en: `${said.rss_mib} would be right in KiB.`, "zh-cn": `${said.rss_mib} 要按 KiB 算才对。` },
      look,
    });
  }
  return failed({
    expected,
    found: { en: `It says ${said.rss_mib} MiB, and the process has ${now} MiB.`, "zh-cn": `写的是 ${said.rss_mib} MiB，而这个进程占 ${now} MiB。` },
    look,
  });
}

interface Facts {
  readonly report: Reported<Answers>;
  readonly process: QemuProcess;
  readonly libvirt: LibvirtFacts;
}

function answered({ report, libvirt }: Facts, judge: (said: Answers) => Outcome): Outcome {
  const stopped = notRunning(libvirt.state(NAME));
  if (stopped !== undefined) return stopped;
  if (report.state !== "read") return unusable(report, REPORT, EXAMPLE) as Outcome;
  return judge(report.value);
}

export default defineChecks({
  baseline: {},
  facts: {
    report: reportAt(REPORT, answers),
    process: PROCESS,
    libvirt: libvirtFacts({ monitor: { cpus: { guest: NAME, execute: "query-cpus-fast" } } }),
  },
  tasks: {
    process: (facts) => answered(facts, (said) => processTask(said, facts.process)),
    "vcpu-threads": (facts) => answered(facts, (said) => vcpuThreads(said, facts.process, facts.libvirt)),
    "kvm-descriptor": (facts) => answered(facts, (said) => kvmDescriptor(said, facts.process)),
    memory: (facts) => answered(facts, (said) => memory(said, facts.process)),
  },
});
