import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { jsonFrom, type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";

const PATH = "/root/compare/compare.json";

/** What the learner read in one of the three places. An empty text is one that was not filled in yet. */
const rowSchema = z.object({
  kernel: z.string().default(""),
  boot_id: z.string().default(""),
  pid_namespace: z.string().default(""),
  memory_kib: z.union([z.number(), z.string()]).nullish(),
});
type Row = z.infer<typeof rowSchema>;

const compareSchema = z.object({
  host: rowSchema,
  container: rowSchema,
  guest: rowSchema,
  own_kernel: z.string().default(""),
  proof: z.string().default(""),
});
type Compare = z.infer<typeof compareSchema>;

/**
 * The host's kernel, the containers on it (one entry for each PID namespace that is not PID 1's), the processes that only have another
 * root directory, and the resident memory of smartgo_01's QEMU (KiB; null when it is off). A boot id is read through the container's own
 * mounts, because systemd-nspawn mounts one of its own over the kernel's.
 */
const SCRIPT = `exec python3 -I - <<'END'
import json, os
def text(path):
    with open(path) as file: return file.read().strip()
def rss(pid):
    return next((int(line.split()[1]) for line in text(f"/proc/{pid}/status").splitlines() if line.startswith("VmRSS:")), 0)
host = os.readlink("/proc/1/ns/pid")
containers, rooted = {}, []
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        namespace = os.readlink(f"/proc/{pid}/ns/pid")
        if namespace != host:
            one = containers.setdefault(namespace, {"pidNamespace": namespace, "pid": int(pid), "bootId": text(f"/proc/{pid}/root/proc/sys/kernel/random/boot_id"), "rssKiB": []})
            one["pid"] = min(one["pid"], int(pid))
            one["rssKiB"].append(rss(pid))
        elif os.readlink(f"/proc/{pid}/root") != "/":
            rooted.append({"pid": int(pid), "root": os.readlink(f"/proc/{pid}/root")})
    except OSError:
        pass
try:
    qemu = rss(text("/run/libvirt/qemu/smartgo_01.pid"))
except OSError:
    qemu = None
print(json.dumps({"kernel": os.uname().release, "bootId": text("/proc/sys/kernel/random/boot_id"), "pidNamespace": host, "containers": list(containers.values()), "rooted": rooted, "qemuKiB": qemu}))
END
`;

const hereSchema = z.object({
  kernel: z.string(),
  bootId: z.string(),
  pidNamespace: z.string(),
  containers: z.array(z.object({ pidNamespace: z.string(), pid: z.int(), bootId: z.string(), rssKiB: z.array(z.int()) })),
  rooted: z.array(z.object({ pid: z.int(), root: z.string() })),
  qemuKiB: z.int().nullable(),
});
type Here = z.infer<typeof hereSchema>;
type Container = Here["containers"][number];

const NAME = "smartgo_01";
/** A guest of a busy host is asked for this long. */
const GUEST_SECONDS = 12;
const EXAMPLE = '{"host": {"kernel": "6.1.0", "boot_id": "1b2c…", "pid_namespace": "pid:[4026531836]"}, "container": {…}, "guest": {…}}';
/** Resident memory moves while one looks at it: this much more or less is the same. */
const SLACK = 1.5;
/** What smartgo_01 was promised (its maximum and its current memory), in KiB and in MiB: the numbers that are mixed up with what it holds. */
const PROMISED = [1_048_576, 524_288, 1024, 512];

function containerRuns({ containers, rooted }: Here): Outcome {
  const [first] = containers;
  if (first !== undefined) {
    return passed({
      en: `Process ${first.pid} is in ${first.pidNamespace}, and PID 1 of the host is not.`,
      "zh-cn": `进程 ${first.pid} 位于 ${first.pidNamespace}，宿主机的 1 号进程不在其中。`,
    });
  }
  const expected = {
    en: "A process that stays, in a PID namespace other than that of the host's PID 1.",
    "zh-cn": "有一个一直存在的进程，它的 PID 命名空间与宿主机 1 号进程的不同。",
  };
  const [directory] = rooted;
  if (directory !== undefined) {
    return failed({
      expected,
      found: {
        en: `Process ${directory.pid} sees ${directory.root} as its root, in the same PID namespace: that is a directory, not a container.`,
        "zh-cn": `进程 ${directory.pid} 把 ${directory.root} 当作根目录，但 PID 命名空间没有变：这只是一个目录，不是容器。`,
      },
      look: {
        en: "chroot changes one thing, the root directory. See what `unshare` can change.",
        "zh-cn": "chroot 只改变根目录这一件事。看看 `unshare` 还能改变什么。",
      },
    });
  }
  return failed({
    expected,
    found: { en: "No process was found in another PID namespace.", "zh-cn": "在别的 PID 命名空间里没有找到任何进程。" },
    look: {
      en: "`lsns -t pid`. A container ends with its first process: let that one stay, with `sleep infinity` for example.",
      "zh-cn": "看 `lsns -t pid`。容器随第一个进程一起结束：要让它一直存在，例如用 `sleep infinity`。",
    },
  });
}

interface Reading {
  readonly kernel: string;
  readonly bootIds: readonly string[];
  readonly pidNamespace: string;
}
type Place = "host" | "container" | "guest";
const PLACE: Readonly<Record<Place, Text>> = {
  host: { en: "the host", "zh-cn": "宿主机" },
  container: { en: "the container", "zh-cn": "容器" },
  guest: { en: "the guest", "zh-cn": "客户机" },
};
const LOOK: Readonly<Record<Place, Text>> = {
  host: {
    en: "On the host: `uname -r; cat /proc/sys/kernel/random/boot_id; readlink /proc/1/ns/pid`.",
    "zh-cn": "在宿主机上：`uname -r; cat /proc/sys/kernel/random/boot_id; readlink /proc/1/ns/pid`。",
  },
  container: {
    en: "`lsns -t pid` shows the container's process. `nsenter -t PID -a sh` brings a shell into it.",
    "zh-cn": "`lsns -t pid` 显示容器的进程，`nsenter -t PID -a sh` 在容器里打开一个 shell。",
  },
  guest: { en: `\`virsh console ${NAME}\`, and the same three commands inside.`, "zh-cn": `先 \`virsh console ${NAME}\`，再在里面运行同样的三条命令。` },
};

/** The first field of a row that differs from what the check reads in that place now. */
function wrongRow(place: Place, row: Row, reading: Reading): Outcome | undefined {
  const fields = [
    ["kernel", row.kernel, [reading.kernel]],
    ["boot_id", row.boot_id, reading.bootIds],
    ["pid_namespace", row.pid_namespace, [reading.pidNamespace]],
  ] as const;
  for (const [field, said, right] of fields) {
    const value = said.trim();
    if (right.includes(value)) continue;
    return failed({
      expected: { en: `\`${field}\` is what ${PLACE[place].en} itself says now.`, "zh-cn": `\`${field}\` 是${PLACE[place]["zh-cn"]}自己此刻给出的值。` },
      found:
        value === ""
          ? { en: "It is still empty.", "zh-cn": "它还空着。" }
          : { en: `The file says ${value}, which is another value.`, "zh-cn": `文件里是 ${value}，与此不同。` },
      look: LOOK[place],
    });
  }
  return undefined;
}

/** The running container that the learner wrote down; any of them while the field is empty. */
function writtenContainer(row: Row, { containers }: Here): Container | undefined {
  const said = row.pid_namespace.trim();
  return said === "" ? containers[0] : containers.find((one) => one.pidNamespace === said);
}

function noSuchContainer(row: Row, facts: Here): Outcome {
  const said = row.pid_namespace.trim();
  const expected = { en: "The row `container` describes a container that runs now.", "zh-cn": "`container` 一行描述的是此刻正在运行的容器。" };
  if (said === facts.pidNamespace) {
    return failed({
      expected,
      found: { en: `${said} is the host's own PID namespace.`, "zh-cn": `${said} 是宿主机自己的 PID 命名空间。` },
      look: LOOK.container,
    });
  }
  return failed({
    expected,
    found:
      said === ""
        ? { en: "No container runs, and the row is empty.", "zh-cn": "没有容器在运行，这一行也是空的。" }
        : { en: `Nothing runs in ${said} any more.`, "zh-cn": `${said} 里已经没有进程在运行。` },
    look: LOOK.container,
  });
}

function threeRows(said: Compare, facts: Here, libvirt: LibvirtFacts): Outcome {
  const host = { kernel: facts.kernel, bootIds: [facts.bootId], pidNamespace: facts.pidNamespace };
  const wrongHost = wrongRow("host", said.host, host);
  if (wrongHost !== undefined) return wrongHost;
  const container = writtenContainer(said.container, facts);
  if (container === undefined) return noSuchContainer(said.container, facts);
  const wrongContainer = wrongRow("container", said.container, {
    kernel: facts.kernel,
    bootIds: [container.bootId, facts.bootId],
    pidNamespace: container.pidNamespace,
  });
  if (wrongContainer !== undefined) return wrongContainer;
  const stopped = notRunning(libvirt.state(NAME));
  if (stopped !== undefined) return stopped;
  const [kernel = "", bootId = "", pidNamespace = ""] = libvirt.inside("kernel").output.trim().split("\n");
  const wrongGuest = wrongRow("guest", said.guest, { kernel, bootIds: [bootId], pidNamespace });
  if (wrongGuest !== undefined) return wrongGuest;
  return passed({ en: "All nine values are what the check reads too.", "zh-cn": "九个值与检查程序读到的都一致。" });
}

function proof(said: Compare): Outcome {
  const own = said.own_kernel.trim().toLowerCase();
  const field = said.proof.trim().toLowerCase();
  const expected = {
    en: "`own_kernel` names who has a kernel of its own, and `proof` the field that shows it.",
    "zh-cn": "`own_kernel` 写出谁有自己的内核，`proof` 写出由哪个字段看出来。",
  };
  const look = { en: `Compare the three rows field by field: \`cat ${PATH}\`.`, "zh-cn": `逐个字段对比三行：\`cat ${PATH}\`。` };
  if (own !== "guest") {
    return failed({
      expected,
      found:
        own === "container"
          ? {
              en: "It says that the container has a kernel of its own. Its process is a process of the host's kernel.",
              "zh-cn": "文件说容器有自己的内核。可是它的进程就是宿主机内核的进程。",
            }
          : {
              en: own === "" ? "`own_kernel` is still empty." : `\`own_kernel\` says “${own}”.`,
              "zh-cn": own === "" ? "`own_kernel` 还空着。" : `\`own_kernel\` 是“${own}”。`,
            },
      look,
    });
  }
  if (field === "boot_id") {
    return passed({
      en: "The boot id belongs to one boot of one kernel: the container shows the host's, the guest shows another.",
      "zh-cn": "boot id 属于一个内核的一次启动：容器显示的是宿主机的，客户机显示的是另一个。",
    });
  }
  const found: Readonly<Record<string, Text>> = {
    kernel: {
      en: "The version of the kernel proves nothing: the guest may run the same version. Compare the boot ids.",
      "zh-cn": "内核版本证明不了什么：客户机也可以运行同一版本。请比较 boot id。",
    },
    pid_namespace: {
      en: "The number of a PID namespace means something within one kernel only: every Linux kernel gives its first one the same number.",
      "zh-cn": "PID 命名空间的编号只在同一个内核里有意义：每个 Linux 内核给第一个 PID 命名空间的编号都一样。",
    },
  };
  return failed({
    expected,
    found: found[field] ?? {
      en: field === "" ? "`proof` is still empty." : `\`proof\` says “${field}”.`,
      "zh-cn": field === "" ? "`proof` 还空着。" : `\`proof\` 是“${field}”。`,
    },
    look,
  });
}

const near = (said: number, least: number, most: number): boolean => said >= least / SLACK && said <= most * SLACK;

function wrongMemory(place: "container" | "guest", row: Row, least: number, most: number): Outcome | undefined {
  const said = row.memory_kib;
  const value = said === undefined || said === null || said === "" ? undefined : Number(said);
  if (value !== undefined && near(value, least, most) && !(place === "guest" && PROMISED.includes(value))) return undefined;
  const promised = place === "guest" && value !== undefined && PROMISED.includes(value);
  return failed({
    expected: {
      en: `\`memory_kib\` of ${PLACE[place].en} is the resident memory of its process${place === "container" ? "es" : " on the host"}, in KiB.`,
      "zh-cn": `${PLACE[place]["zh-cn"]}的 \`memory_kib\` 是它的进程在宿主机上的常驻内存，单位 KiB。`,
    },
    found: promised
      ? {
          en: `The file says ${said}: that is what the guest was promised, not what its process holds.`,
          "zh-cn": `文件里是 ${said}：那是答应给客户机的内存，不是它的进程实际占用的。`,
        }
      : value === undefined
        ? { en: "It is still empty.", "zh-cn": "它还空着。" }
        : { en: `The file says ${said}.`, "zh-cn": `文件里是 ${said}。` },
    look: {
      en: `\`ps -o pid,rss,comm -p PID\`, with ${place === "guest" ? `the PID in /run/libvirt/qemu/${NAME}.pid` : "the PID that `lsns -t pid` shows"}. RSS is in KiB.`,
      "zh-cn": `\`ps -o pid,rss,comm -p PID\`，PID 取${place === "guest" ? ` /run/libvirt/qemu/${NAME}.pid 里的` : " `lsns -t pid` 显示的"}。RSS 的单位是 KiB。`,
    },
  });
}

function memory(said: Compare, facts: Here, libvirt: LibvirtFacts): Outcome {
  const container = writtenContainer(said.container, facts);
  if (container === undefined) return noSuchContainer(said.container, facts);
  const total = container.rssKiB.reduce((sum, one) => sum + one, 0);
  const wrongContainer = wrongMemory("container", said.container, Math.min(...container.rssKiB), total);
  if (wrongContainer !== undefined) return wrongContainer;
  const stopped = notRunning(libvirt.state(NAME));
  if (stopped !== undefined) return stopped;
  // Running in libvirt and without a process: it is just ending.
  const qemu = facts.qemuKiB ?? 0;
  const wrongGuest = wrongMemory("guest", said.guest, qemu, qemu);
  if (wrongGuest !== undefined) return wrongGuest;
  return passed({
    en: `The container holds ${total} KiB, the guest's QEMU ${qemu} KiB: ${Math.round(qemu / Math.max(total, 1))} times as much.`,
    "zh-cn": `容器占用 ${total} KiB，客户机的 QEMU 占用 ${qemu} KiB：是容器的 ${Math.round(qemu / Math.max(total, 1))} 倍。`,
  });
}

interface Facts {
  readonly said: Reported<Compare>;
  readonly here: Here;
  readonly libvirt: LibvirtFacts;
}
/** A judge of the learner's file, where it can be read. */
const about =
  (judge: (said: Compare, facts: Facts) => Outcome) =>
  (facts: Facts): Outcome => {
    const { said } = facts;
    return said.state === "read" ? judge(said.value, facts) : (unusable(said, PATH, EXAMPLE) as Outcome);
  };

export default defineChecks({
  baseline: {},
  facts: {
    said: reportAt(PATH, compareSchema),
    here: jsonFrom(hereSchema, SCRIPT),
    libvirt: libvirtFacts({
      inside: { kernel: { guest: NAME, command: "uname -r; cat /proc/sys/kernel/random/boot_id; readlink /proc/1/ns/pid" } },
      seconds: GUEST_SECONDS,
    }),
  },
  tasks: {
    "container-runs": (facts) => containerRuns(facts.here),
    "three-rows": about((said, facts) => threeRows(said, facts.here, facts.libvirt)),
    proof: about(proof),
    memory: about((said, facts) => memory(said, facts.here, facts.libvirt)),
  },
});
