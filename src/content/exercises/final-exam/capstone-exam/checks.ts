import { gunzipSync } from "node:zlib";
import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, type Probe, passed } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { jsonFrom, type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, type LibvirtGuest, type LibvirtNetwork, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const A = "smartgo_a";
const B = "smartgo_b";
const TWIN = "smartgo_b2";
const NET = "exam";
const POOL = "exam";
const VOLUME = "smartgo_a.qcow2";
const READY = "/root/exam/ready.json";
const ANSWERS = "/root/exam/answers.json";
const READY_EXAMPLE = '{"extension": "…", "cpus": 0, "nested": true, "memory_mib": 0, "validate_exit": 0}';
const ANSWERS_EXAMPLE = '{"ring": "?", "type": "?", "witness": "?"}';
const MAC = "//interface/mac/@address";
const SOURCE = "//disk[@device='disk' or not(@device)]/source";
/** The vCPU maximum in B's backup, MiB that a balloon may stop short of, and MiB that a kernel keeps before it counts MemTotal. */
const B_OLD_MAXIMUM = 2;
const SLACK = 2;
const KERNEL_KEEPS = 140;

/** What setup.sh drew. Asked before the learner begins: what happens to the file later does not matter. */
const parametersSchema = z.object({
  network: z.object({ bridge: z.string(), subnet: z.string(), fixed: z.string() }),
  pool: z.object({ target: z.string(), volumeMib: z.int() }),
  a: z.object({
    mac: z.string(),
    hostname: z.string(),
    code: z.string(),
    startMib: z.int(),
    maxMib: z.int(),
    maxVcpus: z.int(),
    hotVcpus: z.int(),
    balloonMib: z.int(),
  }),
  b: z.object({ uuid: z.string(), mac: z.string(), disk: z.string(), diskId: z.string(), title: z.string(), maxVcpus: z.int() }),
  questions: z.object({ ring: z.int(), type: z.int(), witness: z.int() }),
});
export type Parameters = z.infer<typeof parametersSchema>;

/** The right letters of the questions in setup.sh, in their order there. */
const KEY = { ring: "bcd", type: "bda", witness: "cbd" } as const;

const unitSchema = z.object({ load: z.string(), active: z.string(), file: z.string() });
const hostSchema = z.object({
  socket: unitSchema,
  service: unitSchema,
  /** Processes named libvirtd that systemd did not start as libvirtd.service. */
  byHand: z.int(),
  /** ON_BOOT of libvirt-guests, and where A's link for autostart leads. */
  onBoot: z.string(),
  link: z.string(),
  extension: z.string(),
  cpus: z.int(),
  nested: z.boolean(),
  memoryMib: z.number(),
  validate: z.int(),
  /** With how many CPUs the running QEMU of A was started: the first number after -smp; 0 while it is off. */
  smp: z.int(),
  /** The first disks of B and its twin: file, files below, and the disk identifier of the master boot record. */
  disks: z.record(z.string(), z.object({ chain: z.array(z.string()), id: z.string() })),
});
export type Host = z.infer<typeof hostSchema>;

const host = jsonFrom(
  hostSchema,
  `show() { systemctl show "$1" -p LoadState,ActiveState,UnitFileState | jq -Rs 'split("\\n") | map(select(. != "") | split("=") | {(.[0]): .[1]}) | add | {load: .LoadState, active: .ActiveState, file: .UnitFileState}'; }
byHand=0
for pid in $(pgrep -x libvirtd); do grep -q '/libvirtd\\.service' "/proc/$pid/cgroup" 2>/dev/null || byHand=$((byHand + 1)); done
set -- $(grep -Ewo 'vmx|svm' /proc/cpuinfo)
virt-host-validate qemu >/dev/null 2>&1; validate=$?
smp=0
pid=$(cat /run/libvirt/qemu/${A}.pid 2>/dev/null) && smp=$(tr '\\0' '\\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -A 1 -x -e -smp | tail -n 1 | grep -Eo '^[0-9]+')
disk() {
  local id chain='[]'
  [ -f "$1" ] || { echo '{"chain": [], "id": ""}'; return; }
  id=$(qemu-io -r -U -f qcow2 -c 'read -v 440 4' "$1" 2>/dev/null | awk '/^000001b8:/ {print $2 $3 $4 $5}')
  chain=$(qemu-img info -U --backing-chain --output=json "$1" 2>/dev/null | jq -c '[.[].filename]')
  jq -n --arg id "$id" --argjson chain "\${chain:-[]}" '{$chain, $id}'
}
twin=$(xmlstarlet sel -t -v "(//disk[@device='disk' or not(@device)])[1]/source/@file" /etc/libvirt/qemu/${TWIN}.xml 2>/dev/null)
[ -n "$twin" ] || twin=$(virsh domblklist ${TWIN} --inactive --details 2>/dev/null | awk '$1 == "volume" && $2 == "disk" {print $4; exit}' | xargs -r virsh vol-path --pool ${POOL} 2>/dev/null)
jq -n --argjson socket "$(show libvirtd.socket)" --argjson service "$(show libvirtd.service)" --argjson byHand $byHand \\
  --arg onBoot "$(. /etc/default/libvirt-guests >/dev/null 2>&1; printf %s "$ON_BOOT")" --arg link "$(readlink -m /etc/libvirt/qemu/autostart/${A}.xml)" \\
  --arg extension "\${1:-none}" --argjson cpus $# --arg nested "$(cat /sys/module/kvm_amd/parameters/nested /sys/module/kvm_intel/parameters/nested 2>/dev/null)" \\
  --argjson kib "$(awk '/^MemTotal:/ {print $2}' /proc/meminfo)" --argjson validate $validate --argjson smp "\${smp:-0}" \\
  --argjson b "$(disk /var/lib/libvirt/images/${B}.qcow2)" --argjson twin "$(disk "$twin")" \\
  '{$socket, $service, $byHand, $onBoot, $link, $extension, $cpus, nested: ($nested == "1" or $nested == "Y"), memoryMib: ($kib / 1024), $validate, $smp, disks: {${B}: $b, ${TWIN}: $twin}}'`,
);

/** What A's system says of itself, a line each. */
const INSIDE_A = `echo "host=$(cat /proc/sys/kernel/hostname)"
echo "code=$(head -c 40 /etc/exam-code 2>/dev/null)"
echo "answers=$([ -s /root/answers.cfg ] && grep -m 1 '^Answer file: ' /var/log/installer.log 2>/dev/null)"
echo "online=$(grep -c '^processor' /proc/cpuinfo)"
echo "began=$(dmesg | sed -n 's/.*Brought up [0-9]* nodes*, \\([0-9]*\\) CPU.*/\\1/p' | tail -n 1)"
echo "total=$(awk '/^MemTotal:/ {print $2}' /proc/meminfo)"
echo "addresses=$(ip -4 -o addr show scope global | awk '{sub("/.*", "", $4); print $4}' | xargs)"`;
const BOOT_ID = "cat /proc/sys/kernel/random/boot_id";

const everything = libvirtFacts({
  monitor: { cpus: { guest: A, execute: "query-cpus-fast" }, balloon: { guest: A, execute: "query-balloon" } },
  inside: {
    a: { guest: A, command: INSIDE_A },
    disk: { guest: B, command: "od -An -tx1 -j440 -N4 /dev/vda" },
    b: { guest: B, command: BOOT_ID },
    twin: { guest: TWIN, command: BOOT_ID },
  },
  seconds: 10,
});

/** The exit status of a probe whose virsh had no answer in time: the daemon is being woken, and the host is slow. */
const UNREACHABLE = "unreachable";

/** libvirt as a whole; undefined while virsh cannot connect, which is one of the faults. Packed, for three guests and their pools say much. */
const libvirt: Probe<LibvirtFacts | undefined> = {
  script: `set -o pipefail
timeout 20 virsh -q -c qemu:///system uri >/dev/null 2>&1; status=$?
[ $status != 124 ] || { echo 'virsh had no answer in 20 s' >&2; exit 1; }
[ $status = 0 ] || { echo ${UNREACHABLE}; exit 0; }
(
${everything.script}) | gzip -1 | base64 -w 0`,
  read: (output) => (output.trim() === UNREACHABLE ? undefined : everything.read(gunzipSync(Buffer.from(output, "base64")).toString("utf8"))),
};

const readySchema = z.object({ extension: z.string(), cpus: z.number(), nested: z.boolean(), memory_mib: z.number(), validate_exit: z.number() });
const answersSchema = z.object({ ring: z.string(), type: z.string(), witness: z.string() });

export interface Facts {
  readonly host: Host;
  readonly libvirt: LibvirtFacts | undefined;
  readonly ready: Reported<z.infer<typeof readySchema>>;
  readonly answers: Reported<z.infer<typeof answersSchema>>;
}

/** A judge that needs libvirt: while virsh cannot connect, nothing else can be right. */
function withLibvirt(judge: (libvirt: LibvirtFacts, drawn: Parameters, host: Host) => Outcome) {
  return (facts: Facts, { drawn }: { readonly drawn: Parameters }): Outcome => {
    if (facts.libvirt !== undefined) return judge(facts.libvirt, drawn, facts.host);
    return failed({
      expected: { en: "libvirt answers.", "zh-cn": "libvirt 有应答。" },
      found: { en: "virsh cannot connect to it.", "zh-cn": "virsh 连不上它。" },
      look: { en: "First item 2 of the sheet.", "zh-cn": "先做题目单的第 2 题。" },
    });
  };
}

/** Outcomes of one task: what is expected and where to look stay the same. */
function about(expected: Text, look: Text): (en: string, zh: string) => Outcome {
  return (en, zh) => failed({ expected, found: { en, "zh-cn": zh }, look });
}

function readiness({ ready, host: found }: Facts): Outcome {
  if (ready.state !== "read") return unusable(ready, READY, READY_EXAMPLE) as Outcome;
  const said = ready.value;
  const wrong = [
    said.extension.trim() === found.extension ? "" : "extension",
    said.cpus === found.cpus ? "" : "cpus",
    said.nested === found.nested ? "" : "nested",
    Math.abs(said.memory_mib - found.memoryMib) <= 8 ? "" : "memory_mib",
    said.validate_exit === found.validate ? "" : "validate_exit",
  ].filter((field) => field !== "");
  if (wrong.length === 0) return passed({ en: "All five values are right.", "zh-cn": "五个值都对。" });
  return failed({
    expected: { en: "All five values are those of this host.", "zh-cn": "五个值都与这台宿主机一致。" },
    found: { en: `Not right: ${wrong.join(", ")}.`, "zh-cn": `不对的有：${wrong.join("、")}。` },
    look: { en: `Ask the host again, and compare with \`cat ${READY}\`.`, "zh-cn": `再问一遍宿主机，和 \`cat ${READY}\` 对照。` },
  });
}

const UNITS: Text = {
  en: "`systemctl list-unit-files 'libvirt*'`, and `systemctl status libvirtd.socket`.",
  "zh-cn": "看 `systemctl list-unit-files 'libvirt*'` 和 `systemctl status libvirtd.socket`。",
};

function serviceNow({ libvirt: reached, host: { socket, service, byHand } }: Facts): Outcome {
  const no = about(
    {
      en: "virsh connects, and libvirtd.socket is active and starts libvirtd.service.",
      "zh-cn": "virsh 连得上；libvirtd.socket 是活动的，由它启动 libvirtd.service。",
    },
    UNITS,
  );
  if (byHand > 0) return no("A libvirtd is running that systemd did not start.", "有一个 libvirtd 不是 systemd 启动的。");
  if (socket.load === "masked") return no("libvirtd.socket is masked.", "libvirtd.socket 被屏蔽了。");
  if (service.load === "masked") return no("libvirtd.service is masked.", "libvirtd.service 被屏蔽了。");
  if (socket.active !== "active") {
    return reached === undefined
      ? no(`libvirtd.socket is ${socket.active}, and virsh cannot connect.`, `libvirtd.socket 是 ${socket.active}，virsh 连不上。`)
      : no(
          `The daemon runs, but libvirtd.socket is ${socket.active}: nobody wakes it when it has left.`,
          `守护进程在运行，但 libvirtd.socket 是 ${socket.active}：它退出以后没有谁唤醒它。`,
        );
  }
  if (reached === undefined) return no("libvirtd.socket is active, and virsh cannot connect.", "libvirtd.socket 是活动的，但 virsh 连不上。");
  return passed({ en: "virsh connects, and libvirtd.socket wakes the daemon.", "zh-cn": "virsh 连得上，libvirtd.socket 会唤醒守护进程。" });
}

function serviceBoot({ host: { socket, service } }: Facts): Outcome {
  const found: Text = {
    en: `libvirtd.socket is ${socket.file || "unknown"}, libvirtd.service is ${service.file || "unknown"}.`,
    "zh-cn": `libvirtd.socket 是 ${socket.file || "未知"}，libvirtd.service 是 ${service.file || "未知"}。`,
  };
  if (socket.file === "enabled" && service.file === "enabled") return passed(found);
  return failed({ expected: { en: "Both are enabled.", "zh-cn": "两个都已启用。" }, found, look: UNITS });
}

/** Why a network or a pool is not there now and for ever; undefined when it is. */
function notLasting(one: Pick<LibvirtNetwork, "active" | "persistent" | "autostart"> | undefined): Text | undefined {
  if (one === undefined) return { en: "There is none of this name.", "zh-cn": "没有叫这个名字的。" };
  if (!one.persistent) return { en: "It is transient: when it stops, it is gone.", "zh-cn": "它是临时的：一停就没有了。" };
  if (!one.active) return { en: "It is defined and not active.", "zh-cn": "它有定义，但不是活动的。" };
  if (!one.autostart) return { en: "It is active now, and does not start with the host.", "zh-cn": "它现在是活动的，但不会随宿主机启动。" };
  return undefined;
}

const NETWORKS: Text = { en: "`virsh net-list --all`, `virsh net-dumpxml`.", "zh-cn": "看 `virsh net-list --all` 和 `virsh net-dumpxml`。" };

function defaultNetwork(known: LibvirtFacts): Outcome {
  const fault = notLasting(known.network("default"));
  if (fault === undefined) return passed({ en: "default is active and starts with the host.", "zh-cn": "default 是活动的，并随宿主机启动。" });
  return failed({
    expected: { en: "default is active, persistent and autostarted.", "zh-cn": "default 是活动的、持久的，并自动启动。" },
    found: fault,
    look: NETWORKS,
  });
}

/** What in a network's definition is not as on the sheet; undefined when all is. */
function different(xml: Xml, { bridge, subnet }: Parameters["network"]): Text | undefined {
  const ip = "/network/ip[not(@family='ipv6')]";
  const mask = xml.value(`${ip}/@netmask`) ?? `/${xml.value(`${ip}/@prefix`) ?? "-"}`;
  const found = [
    xml.value("/network/forward/@mode") ?? (xml.has("/network/forward") ? "nat" : "isolated"),
    xml.value("/network/bridge/@name") ?? "-",
    `${xml.value(`${ip}/@address`) ?? "-"}${mask === "255.255.255.0" ? "/24" : mask}`,
    `${xml.value(`${ip}/dhcp/range/@start`) ?? "-"}-${xml.value(`${ip}/dhcp/range/@end`) ?? "-"}`,
  ];
  const wanted = ["nat", bridge, `${subnet}.1/24`, `${subnet}.100-${subnet}.200`];
  const at = found.findIndex((one, index) => one !== wanted[index]);
  return at < 0 ? undefined : { en: `It has ${found[at]}, and not ${wanted[at]}.`, "zh-cn": `它的是 ${found[at]}，不是 ${wanted[at]}。` };
}

function examNetwork(known: LibvirtFacts, { network: drawn }: Parameters): Outcome {
  const one = known.network(NET);
  const fault = notLasting(one) ?? (one?.config && different(one.config, drawn)) ?? (one?.live && different(one.live, drawn));
  if (fault === undefined) return passed({ en: `${NET} is as on the sheet, and starts with the host.`, "zh-cn": `${NET} 与题目单一致，并随宿主机启动。` });
  return failed({
    expected: { en: `${NET} is active, persistent and autostarted, as on the sheet.`, "zh-cn": `${NET} 是活动的、持久的，并自动启动，内容与题目单一致。` },
    found: fault,
    look: NETWORKS,
  });
}

function fixedLease(known: LibvirtFacts, { network: { fixed }, a }: Parameters): Outcome {
  const no = about(
    { en: `${NET} keeps ${fixed} for ${a.mac}, running and stored.`, "zh-cn": `${NET} 把 ${fixed} 留给 ${a.mac}，运行时和持久定义里都有。` },
    { en: `\`virsh net-dumpxml ${NET}\`, and the same with --inactive.`, "zh-cn": `看 \`virsh net-dumpxml ${NET}\`，再加 --inactive 看一遍。` },
  );
  const one = known.network(NET);
  if (one === undefined) return no(`There is no network ${NET}.`, `没有网络 ${NET}。`);
  const keeps = (xml: Xml | undefined): boolean => xml?.values(`//dhcp/host[@ip='${fixed}']/@mac`).some((mac) => mac.toLowerCase() === a.mac) ?? false;
  const [now, later] = [keeps(one.live), keeps(one.config)];
  if (now && later) return passed({ en: `${fixed} is kept for ${a.mac}.`, "zh-cn": `${fixed} 留给了 ${a.mac}。` });
  if (now) return no("Only the running network does.", "只有运行中的网络有这一条。");
  if (later) return no("Only the stored definition does.", "只有持久定义里有这一条。");
  return no("It does not.", "没有这一条。");
}

const POOLS: Text = { en: `\`virsh pool-list --all\`, \`virsh pool-info ${POOL}\`.`, "zh-cn": `看 \`virsh pool-list --all\` 和 \`virsh pool-info ${POOL}\`。` };

function pool(known: LibvirtFacts, { pool: { target } }: Parameters): Outcome {
  const expected: Text = {
    en: `${POOL} is a directory pool on ${target}: active, persistent, autostarted.`,
    "zh-cn": `${POOL} 是位于 ${target} 的目录池：活动、持久、自动启动。`,
  };
  const one = known.pool(POOL);
  const found = `${one?.xml.value("/pool/@type")} ${one?.xml.value("/pool/target/path")}`;
  const elsewhere = one === undefined || found === `dir ${target}` ? undefined : { en: `It is: ${found}.`, "zh-cn": `它是：${found}。` };
  const fault = elsewhere ?? notLasting(one);
  if (fault !== undefined) return failed({ expected, found: fault, look: POOLS });
  return passed({ en: `${POOL} is active on ${target}, and starts with the host.`, "zh-cn": `${POOL} 在 ${target} 上是活动的，并随宿主机启动。` });
}

function volume(known: LibvirtFacts, { pool: { volumeMib } }: Parameters): Outcome {
  const no = about(
    { en: `${VOLUME} in ${POOL}: QCOW2, ${volumeMib} MiB.`, "zh-cn": `${POOL} 里的 ${VOLUME}：QCOW2，${volumeMib} MiB。` },
    { en: `\`virsh vol-list ${POOL} --details\`.`, "zh-cn": `看 \`virsh vol-list ${POOL} --details\`。` },
  );
  const one = known.pool(POOL)?.volumes.find(({ name }) => name === VOLUME);
  if (one === undefined) return no("libvirt lists no such volume.", "libvirt 没有列出这个卷。");
  const format = one.xml.value("/volume/target/format/@type") ?? "-";
  const mib = (one.xml.number("/volume/capacity") ?? 0) / 1024 / 1024;
  if (format === "qcow2" && mib === volumeMib) return passed({ en: `QCOW2, ${mib} MiB.`, "zh-cn": `QCOW2，${mib} MiB。` });
  return no(`It is ${format}, ${Math.round(mib)} MiB.`, `它是 ${format}，${Math.round(mib)} MiB。`);
}

/** The file of a definition's first disk, also where it is named as a volume of the pool. */
function diskOf(xml: Xml | undefined, { pool: { target } }: Parameters): string | undefined {
  const named = xml?.value(`${SOURCE}[@pool='${POOL}']/@volume`);
  return named === undefined ? xml?.value(`${SOURCE}/@file`) : `${target}/${named}`;
}

/** Memory in KiB at a path: libvirt itself always writes KiB. */
const mibAt = (xml: Xml, path: string): number => (xml.number(path) ?? 0) / 1024;
const vcpusAtStart = (xml: Xml): number | undefined => xml.number("/domain/vcpu/@current") ?? xml.number("/domain/vcpu");

function guestA(known: LibvirtFacts, drawn: Parameters): Outcome {
  const { a, network, pool: storage } = drawn;
  const no = about(
    { en: `libvirt keeps ${A} as on the sheet.`, "zh-cn": `libvirt 里的 ${A} 与题目单一致。` },
    { en: `\`virsh dumpxml --inactive ${A}\`.`, "zh-cn": `看 \`virsh dumpxml --inactive ${A}\`。` },
  );
  const guest = known.guest(A);
  if (guest === undefined) return no("There is no such guest.", "没有这台客户机。");
  const xml = guest.config;
  if (xml === undefined) return no("It is transient: when it stops, it is gone.", "它是临时的：一停就没有了。");
  const maximum = mibAt(xml, "/domain/memory");
  if (maximum !== a.maxMib) return no(`Its memory is at most ${maximum} MiB.`, `它的内存上限是 ${maximum} MiB。`);
  const vcpus = xml.number("/domain/vcpu");
  if (vcpus !== a.maxVcpus) return no(`It can have ${vcpus ?? 0} vCPUs at most.`, `它的 vCPU 上限是 ${vcpus ?? 0}。`);
  const disk = diskOf(xml, drawn);
  if (disk !== `${storage.target}/${VOLUME}`) return no(`Its first disk is ${disk ?? "missing"}.`, `它的第一块磁盘是 ${disk ?? "空的"}。`);
  const format = xml.value("//disk[@device='disk' or not(@device)]/driver/@type") ?? "raw";
  if (format !== "qcow2") return no(`It takes its disk for ${format}.`, `它把磁盘当成 ${format}。`);
  const macs = xml.values(MAC).map((mac) => mac.toLowerCase());
  if (macs.join() !== a.mac) return no(`Its network cards: ${macs.join(", ") || "none"}.`, `它的网卡：${macs.join("、") || "没有"}。`);
  const source = xml.value("//interface/source/@network") ?? xml.value("//interface/source/@bridge");
  if (source !== NET && source !== network.bridge) return no(`Its card is in ${source ?? "no network"}.`, `它的网卡接在 ${source ?? "空处"}。`);
  if (xml.has("//devices/graphics")) return no("It has a screen (graphics).", "它有图形界面（graphics）。");
  if (!xml.has("//devices/serial") && !xml.has("//devices/console")) return no("It has no serial console.", "它没有串口控制台。");
  if (xml.has("/domain/os/kernel")) {
    return no(
      "It starts the installer's kernel at each start: <kernel> is still in its definition.",
      "它每次启动都会启动安装程序的内核：定义里还有 <kernel>。",
    );
  }
  return passed({ en: `${A} is as on the sheet.`, "zh-cn": `${A} 与题目单一致。` });
}

interface Inside {
  readonly host: string;
  readonly code: string;
  readonly answers: string;
  readonly online: number;
  /** CPUs with which this boot of the kernel began; undefined when its log no longer says so. */
  readonly began: number | undefined;
  readonly totalMib: number;
  readonly addresses: readonly string[];
}

/** What A's system said of itself. Throws FactUnknown when it did not answer. */
function insideA(known: LibvirtFacts): Inside {
  const lines = new Map(
    known
      .inside("a")
      .output.split("\n")
      .map((line): [string, string] => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  const text = (key: string): string => lines.get(key)?.trim() ?? "";
  const number = (key: string): number => {
    const value = Number(text(key));
    if (text(key) === "" || !Number.isFinite(value)) {
      throw new FactUnknown({ en: `${A} gave no whole answer.`, "zh-cn": `${A} 的回答不完整。` }, `inside a: ${key}=${text(key)}`);
    }
    return value;
  };
  return {
    host: text("host"),
    code: text("code"),
    answers: text("answers"),
    online: number("online"),
    began: text("began") === "" ? undefined : number("began"),
    totalMib: number("total") / 1024,
    addresses: text("addresses").split(/\s+/),
  };
}

/** For a guest that runs and whose system is silent. That is failed: it may be standing in its installer for ever. */
function silent(name: string): Outcome {
  return failed({
    expected: { en: `The system in ${name} answers through its agent.`, "zh-cn": `${name} 里的系统通过代理应答。` },
    found: { en: "It runs, and its system does not answer.", "zh-cn": "它在运行，但里面的系统没有应答。" },
    look: {
      en: `\`virsh console ${name}\`. If it is still starting, or still installing, wait and check again.`,
      "zh-cn": `看 \`virsh console ${name}\`。如果它还在启动或安装，请稍等再检查。`,
    },
  });
}

/** Why a guest cannot be asked; undefined when it runs. */
function off(known: LibvirtFacts, name: string): Outcome | undefined {
  const stopped = notRunning(known.state(name));
  if (stopped?.outcome !== "failed") return undefined;
  // Not the advice of the other exercises, to reset the host: here that would cost everything.
  return failed({ ...stopped, look: { en: "`virsh list --all`.", "zh-cn": "看 `virsh list --all`。" } });
}

function unattended(known: LibvirtFacts, { a, network: { fixed } }: Parameters): Outcome {
  const stopped = off(known, A);
  if (stopped !== undefined) return stopped;
  if (!known.answered("a")) return silent(A);
  const inside = insideA(known);
  const no = about(
    {
      en: `${A} was installed by an answer file, is called ${a.hostname}, has the code ${a.code} and the address ${fixed}.`,
      "zh-cn": `${A} 由应答文件安装，主机名 ${a.hostname}，代码 ${a.code}，地址 ${fixed}。`,
    },
    {
      en: "In the guest: /var/log/installer.log, /etc/hostname, /etc/exam-code, `ip -br a`.",
      "zh-cn": "在客户机里看 /var/log/installer.log、/etc/hostname、/etc/exam-code 和 `ip -br a`。",
    },
  );
  if (inside.answers === "") return no("Its system was not installed by an answer file.", "它的系统不是由应答文件安装的。");
  if (inside.host !== a.hostname) return no(`It is called ${inside.host.slice(0, 64)}.`, `它的主机名是 ${inside.host.slice(0, 64)}。`);
  if (inside.code !== a.code) return no(`Its code is ${inside.code || "missing"}.`, `它的代码是 ${inside.code || "空的"}。`);
  if (!inside.addresses.includes(fixed))
    return no(`Its address is ${inside.addresses.join(", ") || "missing"}.`, `它的地址是 ${inside.addresses.join("、") || "空的"}。`);
  return passed({ en: `${inside.host}, code ${inside.code}, at ${fixed}.`, "zh-cn": `${inside.host}，代码 ${inside.code}，地址 ${fixed}。` });
}

/** In what B is another machine than the lost one; undefined when it is the same. */
function otherThanLost(guest: LibvirtGuest, drawn: Parameters, found: Host): Text | undefined {
  const { b } = drawn;
  const xml = guest.config ?? guest.live;
  const macs = xml?.values(MAC).map((mac) => mac.toLowerCase()) ?? [];
  const disk = diskOf(xml, drawn);
  if (guest.uuid !== b.uuid) return { en: `Its UUID is ${guest.uuid}.`, "zh-cn": `它的 UUID 是 ${guest.uuid}。` };
  if (macs.join() !== b.mac) return { en: `Its MAC address is ${macs.join(", ") || "missing"}.`, "zh-cn": `它的 MAC 地址是 ${macs.join("、") || "空的"}。` };
  if (disk !== b.disk) return { en: `Its disk is ${disk ?? "missing"}.`, "zh-cn": `它的磁盘是 ${disk ?? "空的"}。` };
  if (found.disks[B]?.id !== b.diskId) {
    return { en: `${b.disk} is another disk than the one that was left.`, "zh-cn": `${b.disk} 已经不是留下的那块磁盘。` };
  }
  return undefined;
}

function guestB(known: LibvirtFacts, drawn: Parameters, found: Host): Outcome {
  const no = about(
    { en: `libvirt keeps ${B} with the UUID, MAC address and disk of its backup.`, "zh-cn": `libvirt 里有 ${B}，UUID、MAC 地址和磁盘与备份一致。` },
    { en: `Compare \`virsh dumpxml --inactive ${B}\` with the backup.`, "zh-cn": `把 \`virsh dumpxml --inactive ${B}\` 和备份对照。` },
  );
  const guest = known.guest(B);
  if (guest === undefined) return no("libvirt does not know it.", "libvirt 不认识它。");
  if (!guest.persistent) return no("It is transient: when it stops, it is lost again.", "它是临时的：一停又丢了。");
  const other = otherThanLost(guest, drawn, found);
  if (other !== undefined) return no(`It is another machine. ${other.en}`, `这是另一台机器。${other["zh-cn"]}`);
  return passed({ en: "It is the machine that it was.", "zh-cn": "它就是原来那台机器。" });
}

function bRuns(known: LibvirtFacts, drawn: Parameters, found: Host): Outcome {
  const stopped = off(known, B);
  if (stopped !== undefined) return stopped;
  const no = about(
    { en: `The old ${B} is running.`, "zh-cn": `原来的 ${B} 正在运行。` },
    { en: "In the guest: `blkid /dev/vda`.", "zh-cn": "在客户机里运行 `blkid /dev/vda`。" },
  );
  const guest = known.guest(B);
  const other = guest && otherThanLost(guest, drawn, found);
  if (other !== undefined) return no(`This is another machine. ${other.en}`, `这是另一台机器。${other["zh-cn"]}`);
  if (!known.answered("disk")) return silent(B);
  const id = known.inside("disk").output.replace(/\s/g, "");
  if (id !== drawn.b.diskId) return no("It runs from another disk.", "它是从另一块磁盘启动的。");
  return passed({ en: "Its system answers, from its old disk.", "zh-cn": "它的系统有应答，用的是原来的磁盘。" });
}

function twin(known: LibvirtFacts, drawn: Parameters, found: Host): Outcome {
  const { b } = drawn;
  const no = about(
    {
      en: `libvirt keeps ${TWIN}, with a UUID, a MAC address and a copied disk of its own.`,
      "zh-cn": `libvirt 里有 ${TWIN}，UUID、MAC 地址和复制来的磁盘都是自己的。`,
    },
    {
      en: `\`virsh dumpxml --inactive ${TWIN}\`, and \`qemu-img info -U --backing-chain\` for its disk.`,
      "zh-cn": `看 \`virsh dumpxml --inactive ${TWIN}\`；磁盘用 \`qemu-img info -U --backing-chain\` 看。`,
    },
  );
  const guest = known.guest(TWIN);
  if (guest === undefined) return no("There is no such guest.", "没有这台客户机。");
  const xml = guest.config;
  if (xml === undefined) return no("It is transient: when it stops, it is gone.", "它是临时的：一停就没有了。");
  if (guest.uuid === b.uuid) return no("It has the UUID of the lost guest.", "它用的是丢失那台的 UUID。");
  const macs = xml.values(MAC).map((mac) => mac.toLowerCase());
  const taken = [b.mac, ...(known.guest(B)?.config?.values(MAC) ?? [])];
  if (macs.length === 0) return no("It has no network card.", "它没有网卡。");
  if (macs.some((mac) => taken.includes(mac))) return no(`It has the MAC address of ${B}.`, `它的 MAC 地址和 ${B} 一样。`);
  const disk = diskOf(xml, drawn);
  const own = found.disks[TWIN];
  if (disk === b.disk || own?.chain.includes(b.disk)) return no(`Its disk is, or lies over, that of ${B}.`, `它的磁盘就是 ${B} 的磁盘，或者叠在它上面。`);
  if (own === undefined || own.chain.length === 0) return no(`Its disk ${disk ?? "-"} cannot be read.`, `它的磁盘 ${disk ?? "-"} 读不出来。`);
  if (own.id !== b.diskId) return no(`Its disk is no copy of that of ${B}: the disk identifier is another.`, `它的磁盘不是 ${B} 磁盘的副本：磁盘标识不同。`);
  return passed({ en: `MAC ${macs[0]}, disk ${disk}.`, "zh-cn": `MAC ${macs[0]}，磁盘 ${disk}。` });
}

function sideBySide(known: LibvirtFacts): Outcome {
  for (const [name, key] of [[B, "b"] as const, [TWIN, "twin"] as const]) {
    const stopped = off(known, name) ?? (known.answered(key) ? undefined : silent(name));
    if (stopped !== undefined) return stopped;
  }
  const no = about(
    { en: `${B} and ${TWIN} run at once, each at an address of its own.`, "zh-cn": `${B} 和 ${TWIN} 同时运行，各有自己的地址。` },
    { en: "`virsh net-dhcp-leases default`.", "zh-cn": "看 `virsh net-dhcp-leases default`。" },
  );
  const leases = known.networks.flatMap((network) => network.leases);
  const addresses: string[] = [];
  for (const name of [B, TWIN]) {
    const macs = known.guest(name)?.live?.values(MAC) ?? [];
    const address = leases.find(({ mac }) => macs.includes(mac))?.address;
    if (address === undefined || addresses.includes(address)) return no(`${name} has no address of its own (yet).`, `${name}（还）没有自己的地址。`);
    addresses.push(address);
  }
  if (known.inside("b").output === known.inside("twin").output) return no("Both answers come from one system.", "两个应答来自同一个系统。");
  return passed({ en: `Both answer, at ${addresses.join(" and ")}.`, "zh-cn": `两台都有应答，地址是 ${addresses.join(" 和 ")}。` });
}

function autostart(known: LibvirtFacts, _: Parameters, found: Host): Outcome {
  const no = about(
    { en: `Of all guests, ${A} alone starts with the host.`, "zh-cn": `所有客户机里，只有 ${A} 随宿主机启动。` },
    {
      en: "`virsh list --all --autostart`, and `ls -l /etc/libvirt/qemu/autostart/`.",
      "zh-cn": "看 `virsh list --all --autostart` 和 `ls -l /etc/libvirt/qemu/autostart/`。",
    },
  );
  const guest = known.guest(A);
  if (guest === undefined) return no(`There is no ${A}.`, `没有 ${A}。`);
  if (!guest.autostart) return no(`${A} is not marked.`, `${A} 没有标记。`);
  if (found.link !== `/etc/libvirt/qemu/${A}.xml`) return no("The mark is there, and the link on the disk is not.", "标记有了，磁盘上的链接没有。");
  const others = known.guests.filter((one) => one.autostart && one.name !== A).map(({ name }) => name);
  if (others.length > 0) return no(`${others.join(", ")} would start too.`, `${others.join("、")} 也会启动。`);
  if (found.onBoot === "start") return no("ON_BOOT=start of libvirt-guests would start others too.", "libvirt-guests 的 ON_BOOT=start 会把别的也启动。");
  return passed({ en: `${A} alone is marked.`, "zh-cn": `只标记了 ${A}。` });
}

const cpusSchema = z.array(z.object({ "cpu-index": z.int() }));
const balloonSchema = z.object({ actual: z.int() });

function hotCpus(known: LibvirtFacts, { a }: Parameters, found: Host): Outcome {
  const stopped = off(known, A);
  if (stopped !== undefined) return stopped;
  const no = about(
    {
      en: `${A} began this run with 1 vCPU, has ${a.hotVcpus} now, and begins its next run with 1.`,
      "zh-cn": `${A} 这次启动时是 1 个 vCPU，现在有 ${a.hotVcpus} 个，下次启动仍是 1 个。`,
    },
    { en: `\`virsh vcpucount ${A}\`; \`lscpu\` in the guest.`, "zh-cn": `看 \`virsh vcpucount ${A}\`，以及客户机里的 \`lscpu\`。` },
  );
  if (found.smp > 1) return no(`Its QEMU was started with ${found.smp} vCPUs: that is not hot.`, `它的 QEMU 启动时就有 ${found.smp} 个 vCPU：这不是热添加。`);
  const now = known.monitor("cpus", cpusSchema).length;
  if (now !== a.hotVcpus) return no(`QEMU has ${now} in this machine.`, `QEMU 里有 ${now} 个。`);
  const stored = known.guest(A)?.config;
  const later = stored && vcpusAtStart(stored);
  if (later !== 1) return no(`Its stored definition gives it ${later ?? 0} at the next start.`, `持久定义规定下次启动有 ${later ?? 0} 个。`);
  if (!known.answered("a")) return silent(A);
  const inside = insideA(known);
  if (inside.began !== undefined && inside.began > 1) {
    return no(
      `Its kernel began with ${inside.began} CPUs: it was rebooted after they were added.`,
      `它的内核启动时就有 ${inside.began} 个 CPU：添加之后重启过。`,
    );
  }
  if (inside.online !== a.hotVcpus)
    return no(`QEMU has ${now}, and the guest's kernel uses ${inside.online}.`, `QEMU 有 ${now} 个，客户机内核只用了 ${inside.online} 个。`);
  return passed({ en: `From 1 to ${now} in one run, and all are in use.`, "zh-cn": `一次运行中从 1 个到 ${now} 个，都用上了。` });
}

function balloon(known: LibvirtFacts, { a }: Parameters): Outcome {
  const stopped = off(known, A);
  if (stopped !== undefined) return stopped;
  const no = about(
    {
      en: `The balloon leaves ${A} ${a.balloonMib} MiB now, and ${a.startMib} MiB at its next start.`,
      "zh-cn": `气球现在给 ${A} 留出 ${a.balloonMib} MiB，下次启动是 ${a.startMib} MiB。`,
    },
    {
      en: `\`virsh dominfo ${A}\`, \`virsh dumpxml --inactive ${A}\`; \`free -m\` in the guest.`,
      "zh-cn": `看 \`virsh dominfo ${A}\` 和 \`virsh dumpxml --inactive ${A}\`，以及客户机里的 \`free -m\`。`,
    },
  );
  const left = Math.round(known.monitor("balloon", balloonSchema).actual / 1024 / 1024);
  if (left < 256) return no(`It leaves ${left} MiB: setmem counts in KiB when no unit is written.`, `只留出 ${left} MiB：setmem 不写单位时按 KiB 计数。`);
  if (Math.abs(left - a.balloonMib) > SLACK) return no(`It leaves ${left} MiB.`, `现在留出 ${left} MiB。`);
  const stored = known.guest(A)?.config;
  const later = stored === undefined ? 0 : mibAt(stored, "/domain/currentMemory");
  if (later !== a.startMib) return no(`Its stored definition gives it ${later} MiB at the next start.`, `持久定义规定下次启动是 ${later} MiB。`);
  if (!known.answered("a")) return silent(A);
  const total = insideA(known).totalMib;
  if (total > a.balloonMib || total < a.balloonMib - KERNEL_KEEPS) {
    return no(`QEMU says ${left} MiB, and the guest sees ${Math.round(total)} MiB.`, `QEMU 说 ${left} MiB，客户机看到的是 ${Math.round(total)} MiB。`);
  }
  return passed({ en: `${left} MiB, of which the guest sees ${Math.round(total)}.`, "zh-cn": `${left} MiB，客户机看到 ${Math.round(total)} MiB。` });
}

function edited(known: LibvirtFacts, { b }: Parameters): Outcome {
  const no = about(
    {
      en: `Stored: the title “${b.title}” and at most ${b.maxVcpus} vCPUs. Running: at most ${B_OLD_MAXIMUM}.`,
      "zh-cn": `持久定义：标题“${b.title}”，vCPU 上限 ${b.maxVcpus}。运行中：上限 ${B_OLD_MAXIMUM}。`,
    },
    { en: `\`virsh dumpxml ${B}\`, and the same with --inactive.`, "zh-cn": `看 \`virsh dumpxml ${B}\`，再加 --inactive 看一遍。` },
  );
  const guest = known.guest(B);
  if (guest?.config === undefined) return no("libvirt keeps no definition of it.", "libvirt 没有保存它的定义。");
  const title = guest.config.value("/domain/title")?.trim() ?? "";
  const maximum = guest.config.number("/domain/vcpu");
  if (title !== b.title || maximum !== b.maxVcpus) return no(`Stored: “${title}” and ${maximum ?? 0}.`, `持久定义：“${title}”，${maximum ?? 0}。`);
  if (guest.live === undefined) return no("It does not run.", "它没有在运行。");
  const now = guest.live.number("/domain/vcpu");
  if (now !== B_OLD_MAXIMUM)
    return no(`It already runs with at most ${now ?? 0}: it was started after the edit.`, `它运行中的上限已经是 ${now ?? 0}：编辑之后启动过。`);
  return passed({ en: "The stored definition is new, and the running one is old.", "zh-cn": "持久定义是新的，运行时定义是旧的。" });
}

function questions({ answers }: Facts, { drawn }: { readonly drawn: Parameters }): Outcome {
  if (answers.state !== "read") return unusable(answers, ANSWERS, ANSWERS_EXAMPLE) as Outcome;
  const said = answers.value;
  const right = (["ring", "type", "witness"] as const).every((one) => said[one].trim().toLowerCase() === KEY[one][drawn.questions[one]]);
  if (right) return passed({ en: "All three are right.", "zh-cn": "三题都对。" });
  return failed({
    expected: { en: "Three right letters.", "zh-cn": "三个正确的字母。" },
    found: { en: "At least one is wrong.", "zh-cn": "至少错了一题。" },
    look: { en: "The questions are at the end of the sheet.", "zh-cn": "题目在题目单的最后。" },
  });
}

export default defineChecks({
  baseline: { drawn: jsonFrom(parametersSchema, "cat /root/exam/parameters.json") },
  facts: { host, libvirt, ready: reportAt(READY, readySchema), answers: reportAt(ANSWERS, answersSchema) },
  tasks: {
    readiness: (facts) => readiness(facts),
    "service-now": (facts) => serviceNow(facts),
    "service-boot": (facts) => serviceBoot(facts),
    "default-network": withLibvirt(defaultNetwork),
    "exam-network": withLibvirt(examNetwork),
    "fixed-lease": withLibvirt(fixedLease),
    pool: withLibvirt(pool),
    volume: withLibvirt(volume),
    "guest-a": withLibvirt(guestA),
    unattended: withLibvirt(unattended),
    "guest-b": withLibvirt(guestB),
    "b-runs": withLibvirt(bRuns),
    twin: withLibvirt(twin),
    "side-by-side": withLibvirt(sideBySide),
    autostart: withLibvirt(autostart),
    "hot-cpus": withLibvirt(hotCpus),
    balloon: withLibvirt(balloon),
    edited: withLibvirt(edited),
    questions,
  },
});
