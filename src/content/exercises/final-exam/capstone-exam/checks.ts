import { gunzipSync } from "node:zlib";
import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, type Probe, passed } from "../../../../../lab-server/grading/check.ts";
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

/** What is drawn for the learner: `parameters` of exercise.yaml. */
export interface Drawn {
  readonly bridge: number;
  readonly subnet: number;
  readonly address: number;
  readonly directory: number;
  readonly volume_size: number;
  readonly host_name: string;
  readonly code: number;
  readonly start_memory: number;
  readonly max_memory: number;
  readonly balloon_memory: number;
  readonly max_vcpus: number;
  readonly hot_vcpus: number;
  readonly title: number;
  readonly b_max_vcpus: number;
  readonly ring: number;
  readonly type: number;
  readonly witness: number;
}

/** What setup.sh made for this host alone. Asked before the learner begins: what happens to the file later does not matter. */
const ownSchema = z.object({
  a: z.object({ mac: z.string() }),
  b: z.object({ uuid: z.string(), mac: z.string(), disk: z.string(), diskId: z.string() }),
});
export type Own = z.infer<typeof ownSchema>;

/** The learner's sheet. */
function sheetOf(drawn: Drawn, { a, b }: Own) {
  const subnet = `192.168.${drawn.subnet}`;
  return {
    network: { bridge: `virbr${drawn.bridge}`, subnet, fixed: `${subnet}.${drawn.address}` },
    pool: { target: `/srv/exam-${drawn.directory}`, volumeMib: drawn.volume_size },
    a: {
      mac: a.mac,
      hostname: drawn.host_name,
      code: String(drawn.code),
      startMib: drawn.start_memory,
      maxMib: drawn.max_memory,
      maxVcpus: drawn.max_vcpus,
      hotVcpus: drawn.hot_vcpus,
      balloonMib: drawn.balloon_memory,
    },
    b: { ...b, title: `SmartGo B ${drawn.title}`, maxVcpus: drawn.b_max_vcpus },
  };
}
type Sheet = ReturnType<typeof sheetOf>;

/** The right letters of the questions in setup.sh, in their order there. */
const KEY = { ring: "bcd", type: "bda", witness: "cbd" } as const;

const readinessSchema = z.object({ extension: z.string(), cpus: z.int(), nested: z.boolean(), memoryMib: z.number(), validate: z.int() });

/** What the learner is to find out about the host. It stays as it is, so it is asked once. */
const readiness = jsonFrom(
  readinessSchema,
  `set -- $(grep -Ewo 'vmx|svm' /proc/cpuinfo)
virt-host-validate qemu >/dev/null 2>&1; validate=$?
jq -n --arg extension "\${1:-none}" --argjson cpus $# --arg nested "$(cat /sys/module/kvm_amd/parameters/nested /sys/module/kvm_intel/parameters/nested 2>/dev/null)" \\
  --argjson kib "$(awk '/^MemTotal:/ {print $2}' /proc/meminfo)" --argjson validate $validate \\
  '{$extension, $cpus, nested: ($nested == "1" or $nested == "Y"), memoryMib: ($kib / 1024), $validate}'`,
);

const unitSchema = z.object({ LoadState: z.string(), ActiveState: z.string(), UnitFileState: z.string() });
const hostSchema = z.object({
  units: z.tuple([unitSchema, unitSchema]).transform(([socket, service]) => ({ socket, service })),
  /** Processes named libvirtd that systemd did not start as libvirtd.service. */
  byHand: z.int(),
  /** ON_BOOT of libvirt-guests, and where A's link for autostart leads. */
  onBoot: z.string(),
  link: z.string(),
  /** With how many CPUs the running QEMU of A was started: the first number after -smp; 0 while it is off. */
  smp: z.int(),
  /** The disk identifiers in the master boot records of B and its twin, and the files that the twin's disk consists of. */
  bId: z.string(),
  twinId: z.string(),
  twinChain: z.array(z.string()),
});
export type Host = z.infer<typeof hostSchema>;

/** Few processes: in an emulated host each costs as much as a question. */
const host = jsonFrom(
  hostSchema,
  `units=$(systemctl show libvirtd.socket libvirtd.service -p LoadState,ActiveState,UnitFileState)
byHand=0
for pid in $(pgrep -x libvirtd); do grep -q '/libvirtd\\.service' "/proc/$pid/cgroup" 2>/dev/null || byHand=$((byHand + 1)); done
smp=0
if read -r pid </run/libvirt/qemu/${A}.pid || [ -n "$pid" ]; then
  while IFS= read -r -d '' word; do
    [ "$before" != -smp ] || smp=\${word%%,*}
    before=$word
  done <"/proc/$pid/cmdline"
fi 2>/dev/null
twin=$(xmlstarlet sel -t -v "(//disk[@device='disk' or not(@device)])[1]/source/@file" /etc/libvirt/qemu/${TWIN}.xml 2>/dev/null)
[ -n "$twin" ] || [ ! -e /etc/libvirt/qemu/${TWIN}.xml ] ||
  twin=$(virsh domblklist ${TWIN} --inactive --details 2>/dev/null | awk '$1 == "volume" && $2 == "disk" {print $4; exit}' | xargs -r virsh vol-path --pool ${POOL} 2>/dev/null)
id() { qemu-io -r -U -f qcow2 -c 'read -v 440 4' "$1" 2>/dev/null | awk '/^000001b8:/ {print $2 $3 $4 $5}'; }
bId=$(id /var/lib/libvirt/images/${B}.qcow2)
twinId= chain='[]'
if [ -f "$twin" ]; then
  twinId=$(id "$twin")
  chain=$(qemu-img info -U --backing-chain --output=json "$twin" 2>/dev/null) || chain='[]'
fi
jq -n --arg units "$units" --argjson byHand $byHand --arg onBoot "$(. /etc/default/libvirt-guests >/dev/null 2>&1; printf %s "$ON_BOOT")" \\
  --arg link "$(readlink -m /etc/libvirt/qemu/autostart/${A}.xml)" --argjson smp "$smp" --arg bId "$bId" --arg twinId "$twinId" --argjson chain "$chain" \\
  '{units: ($units | split("\\n\\n") | map(split("\\n") | map(select(. != "") | split("=") | {(.[0]): .[1]}) | add)), $byHand, $onBoot, $link, $smp, $bId, $twinId, twinChain: ($chain | map(.filename))}'`,
);

/** What A's system says of itself, a line each. As few processes as can be: every vCPU of a guest shares the host's one. */
const INSIDE_A = `read -r host </proc/sys/kernel/hostname; echo "host=$host"
[ ! -e /etc/exam-code ] || read -r code </etc/exam-code; echo "code=$code"
[ ! -s /root/answers.cfg ] || while read -r first second rest; do
  if [ "$first $second" = "Answer file:" ]; then echo "answers=$rest"; break; fi
done </var/log/installer.log
read -r online </sys/devices/system/cpu/online; echo "online=$online"
read -r name total unit </proc/meminfo; echo "total=$total"
echo "began=$(dmesg | grep -F -m 1 'Brought up ')"`;
const BOOT_ID = "read -r id </proc/sys/kernel/random/boot_id; echo $id";

const everything = libvirtFacts({
  monitor: { cpus: { guest: A, execute: "query-cpus-fast" }, balloon: { guest: A, execute: "query-balloon" } },
  inside: {
    a: { guest: A, command: INSIDE_A },
    b: { guest: B, command: `${BOOT_ID}; od -An -tx1 -j440 -N4 /dev/vda` },
    twin: { guest: TWIN, command: BOOT_ID },
  },
  seconds: 20,
});

/** No letter of base64 is a bracket. */
const UNREACHABLE = "(unreachable)";

/** libvirt as a whole; undefined while nobody can connect, which is one of the faults. Packed, for three guests and their pools say much. */
const libvirt: Probe<LibvirtFacts | undefined> = {
  script: `set -o pipefail
complaint=$(mktemp)
(
${everything.script}) 2>"$complaint" | gzip -1 | base64 -w 0
status=$?
# Python's own words, when it is the connection that does not come about.
if [ $status != 0 ] && grep -q ', in open$' "$complaint"; then echo '${UNREACHABLE}'; status=0; else cat "$complaint" >&2; fi
rm -f "$complaint"
exit $status`,
  read: (output) => (output.includes(UNREACHABLE) ? undefined : everything.read(gunzipSync(Buffer.from(output, "base64")).toString("utf8"))),
};

const readySchema = z.object({ extension: z.string(), cpus: z.number(), nested: z.boolean(), memory_mib: z.number(), validate_exit: z.number() });
const answersSchema = z.object({ ring: z.string(), type: z.string(), witness: z.string() });

export interface Facts {
  readonly host: Host;
  readonly libvirt: LibvirtFacts | undefined;
  readonly ready: Reported<z.infer<typeof readySchema>>;
  readonly answers: Reported<z.infer<typeof answersSchema>>;
}
export interface Baseline {
  readonly own: Own;
  readonly readiness: z.infer<typeof readinessSchema>;
}

/** A judge that needs libvirt: while virsh cannot connect, nothing else can be right. */
type LibvirtJudge = (libvirt: LibvirtFacts, sheet: Sheet, host: Host) => Outcome;

function withLibvirt(drawn: Drawn, judge: LibvirtJudge) {
  return (facts: Facts, { own }: Baseline): Outcome => {
    if (facts.libvirt !== undefined) return judge(facts.libvirt, sheetOf(drawn, own), facts.host);
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

function ready({ ready: report }: Facts, { readiness: found }: Baseline): Outcome {
  if (report.state !== "read") return unusable(report, READY, READY_EXAMPLE) as Outcome;
  const said = report.value;
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

function serviceNow({ libvirt: reached, host: { units, byHand } }: Facts): Outcome {
  const no = about(
    {
      en: "virsh connects, and libvirtd.socket is active and starts libvirtd.service.",
      "zh-cn": "virsh 连得上；libvirtd.socket 是活动的，由它启动 libvirtd.service。",
    },
    UNITS,
  );
  const { socket, service } = units;
  if (byHand > 0) return no("A libvirtd is running that systemd did not start.", "有一个 libvirtd 不是 systemd 启动的。");
  if (socket.LoadState === "masked") return no("libvirtd.socket is masked.", "libvirtd.socket 被屏蔽了。");
  if (service.LoadState === "masked") return no("libvirtd.service is masked.", "libvirtd.service 被屏蔽了。");
  if (socket.ActiveState !== "active") {
    return reached === undefined
      ? no(`libvirtd.socket is ${socket.ActiveState}, and virsh cannot connect.`, `libvirtd.socket 是 ${socket.ActiveState}，virsh 连不上。`)
      : no(
          `The daemon runs, but libvirtd.socket is ${socket.ActiveState}: nobody wakes it when it has left.`,
          `守护进程在运行，但 libvirtd.socket 是 ${socket.ActiveState}：它退出以后没有谁唤醒它。`,
        );
  }
  if (reached === undefined) return no("libvirtd.socket is active, and virsh cannot connect.", "libvirtd.socket 是活动的，但 virsh 连不上。");
  return passed({ en: "virsh connects, and libvirtd.socket wakes the daemon.", "zh-cn": "virsh 连得上，libvirtd.socket 会唤醒守护进程。" });
}

function serviceBoot({
  host: {
    units: { socket, service },
  },
}: Facts): Outcome {
  const found: Text = {
    en: `libvirtd.socket is ${socket.UnitFileState || "unknown"}, libvirtd.service is ${service.UnitFileState || "unknown"}.`,
    "zh-cn": `libvirtd.socket 是 ${socket.UnitFileState || "未知"}，libvirtd.service 是 ${service.UnitFileState || "未知"}。`,
  };
  if (socket.UnitFileState === "enabled" && service.UnitFileState === "enabled") return passed(found);
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
function different(xml: Xml, { bridge, subnet }: Sheet["network"]): Text | undefined {
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

function examNetwork(known: LibvirtFacts, { network: sheet }: Sheet): Outcome {
  const one = known.network(NET);
  const fault = notLasting(one) ?? (one?.config && different(one.config, sheet)) ?? (one?.live && different(one.live, sheet));
  if (fault === undefined) return passed({ en: `${NET} is as on the sheet, and starts with the host.`, "zh-cn": `${NET} 与题目单一致，并随宿主机启动。` });
  return failed({
    expected: { en: `${NET} is active, persistent and autostarted, as on the sheet.`, "zh-cn": `${NET} 是活动的、持久的，并自动启动，内容与题目单一致。` },
    found: fault,
    look: NETWORKS,
  });
}

function fixedLease(known: LibvirtFacts, { network: { fixed }, a }: Sheet): Outcome {
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

function pool(known: LibvirtFacts, { pool: { target } }: Sheet): Outcome {
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

function volume(known: LibvirtFacts, { pool: { volumeMib } }: Sheet): Outcome {
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
function diskOf(xml: Xml | undefined, { pool: { target } }: Sheet): string | undefined {
  const named = xml?.value(`${SOURCE}[@pool='${POOL}']/@volume`);
  return named === undefined ? xml?.value(`${SOURCE}/@file`) : `${target}/${named}`;
}

/** Memory in KiB at a path: libvirt itself always writes KiB. */
const mibAt = (xml: Xml, path: string): number => (xml.number(path) ?? 0) / 1024;
const vcpusAtStart = (xml: Xml): number | undefined => xml.number("/domain/vcpu/@current") ?? xml.number("/domain/vcpu");

function guestA(known: LibvirtFacts, sheet: Sheet): Outcome {
  const { a, network, pool: storage } = sheet;
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
  const disk = diskOf(xml, sheet);
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
}

/** How many CPUs a list of the kernel names: `0-2,4` is four. */
function listed(cpus: string): number {
  return cpus.split(",").reduce((sum, range) => {
    const [from, to = from] = range.split("-").map(Number);
    return sum + ((to ?? 0) - (from ?? 0) + 1);
  }, 0);
}

/** What A's system said of itself. Throws FactUnknown when it did not answer. */
function insideA(known: LibvirtFacts): Inside {
  const lines = known.inside("a").output.split("\n");
  const all = (key: string): string[] => lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1).trim());
  const began = /(\d+) CPU/.exec(all("began")[0] ?? "")?.[1];
  return {
    host: all("host")[0] ?? "",
    code: all("code")[0] ?? "",
    answers: all("answers")[0] ?? "",
    online: listed(all("online")[0] ?? ""),
    began: began === undefined ? undefined : Number(began),
    totalMib: Number(all("total")[0]) / 1024,
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

function unattended(known: LibvirtFacts, { a, network: { fixed } }: Sheet): Outcome {
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
      en: "In the guest: /var/log/installer.log, /etc/hostname, /etc/exam-code. On the host: `virsh net-dhcp-leases exam`.",
      "zh-cn": "在客户机里看 /var/log/installer.log、/etc/hostname 和 /etc/exam-code；在宿主机上看 `virsh net-dhcp-leases exam`。",
    },
  );
  if (inside.answers === "") return no("Its system was not installed by an answer file.", "它的系统不是由应答文件安装的。");
  if (inside.host !== a.hostname) return no(`It is called ${inside.host.slice(0, 64)}.`, `它的主机名是 ${inside.host.slice(0, 64)}。`);
  if (inside.code !== a.code) return no(`Its code is ${inside.code || "missing"}.`, `它的代码是 ${inside.code || "空的"}。`);
  const addresses = (known.network(NET)?.leases ?? []).filter(({ mac }) => mac === a.mac).map((lease) => lease.address);
  if (!addresses.includes(fixed)) {
    return no(
      `${NET} has lent it ${addresses.join(", ") || "no address (yet)"}.`,
      `${NET} ${addresses.length > 0 ? `借给它的是 ${addresses.join("、")}` : "（还）没有借给它地址"}。`,
    );
  }
  return passed({ en: `${inside.host}, code ${inside.code}, at ${fixed}.`, "zh-cn": `${inside.host}，代码 ${inside.code}，地址 ${fixed}。` });
}

/** In what B is another machine than the lost one; undefined when it is the same. */
function otherThanLost(guest: LibvirtGuest, sheet: Sheet, found: Host): Text | undefined {
  const { b } = sheet;
  const xml = guest.config ?? guest.live;
  const macs = xml?.values(MAC).map((mac) => mac.toLowerCase()) ?? [];
  const disk = diskOf(xml, sheet);
  if (guest.uuid !== b.uuid) return { en: `Its UUID is ${guest.uuid}.`, "zh-cn": `它的 UUID 是 ${guest.uuid}。` };
  if (macs.join() !== b.mac) return { en: `Its MAC address is ${macs.join(", ") || "missing"}.`, "zh-cn": `它的 MAC 地址是 ${macs.join("、") || "空的"}。` };
  if (disk !== b.disk) return { en: `Its disk is ${disk ?? "missing"}.`, "zh-cn": `它的磁盘是 ${disk ?? "空的"}。` };
  if (found.bId !== b.diskId) {
    return { en: `${b.disk} is another disk than the one that was left.`, "zh-cn": `${b.disk} 已经不是留下的那块磁盘。` };
  }
  return undefined;
}

function guestB(known: LibvirtFacts, sheet: Sheet, found: Host): Outcome {
  const no = about(
    { en: `libvirt keeps ${B} with the UUID, MAC address and disk of its backup.`, "zh-cn": `libvirt 里有 ${B}，UUID、MAC 地址和磁盘与备份一致。` },
    { en: `Compare \`virsh dumpxml --inactive ${B}\` with the backup.`, "zh-cn": `把 \`virsh dumpxml --inactive ${B}\` 和备份对照。` },
  );
  const guest = known.guest(B);
  if (guest === undefined) return no("libvirt does not know it.", "libvirt 不认识它。");
  if (!guest.persistent) return no("It is transient: when it stops, it is lost again.", "它是临时的：一停又丢了。");
  const other = otherThanLost(guest, sheet, found);
  if (other !== undefined) return no(`It is another machine. ${other.en}`, `这是另一台机器。${other["zh-cn"]}`);
  return passed({ en: "It is the machine that it was.", "zh-cn": "它就是原来那台机器。" });
}

function bRuns(known: LibvirtFacts, sheet: Sheet, found: Host): Outcome {
  const stopped = off(known, B);
  if (stopped !== undefined) return stopped;
  const no = about(
    { en: `The old ${B} is running.`, "zh-cn": `原来的 ${B} 正在运行。` },
    { en: "In the guest: `blkid /dev/vda`.", "zh-cn": "在客户机里运行 `blkid /dev/vda`。" },
  );
  const guest = known.guest(B);
  const other = guest && otherThanLost(guest, sheet, found);
  if (other !== undefined) return no(`This is another machine. ${other.en}`, `这是另一台机器。${other["zh-cn"]}`);
  if (!known.answered("b")) return silent(B);
  const [, ...id] = known.inside("b").output.trim().split(/\s+/);
  if (id.join("") !== sheet.b.diskId) return no("It runs from another disk.", "它是从另一块磁盘启动的。");
  return passed({ en: "Its system answers, from its old disk.", "zh-cn": "它的系统有应答，用的是原来的磁盘。" });
}

function twin(known: LibvirtFacts, sheet: Sheet, found: Host): Outcome {
  const { b } = sheet;
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
  const disk = diskOf(xml, sheet);
  if (disk === b.disk || found.twinChain.includes(b.disk)) return no(`Its disk is, or lies over, that of ${B}.`, `它的磁盘就是 ${B} 的磁盘，或者叠在它上面。`);
  if (found.twinChain.length === 0) return no(`Its disk ${disk ?? "-"} cannot be read.`, `它的磁盘 ${disk ?? "-"} 读不出来。`);
  if (found.twinId !== b.diskId)
    return no(`Its disk is no copy of that of ${B}: the disk identifier is another.`, `它的磁盘不是 ${B} 磁盘的副本：磁盘标识不同。`);
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
  const boots = [known.inside("b"), known.inside("twin")].map(({ output }) => output.trim().split(/\s+/)[0]);
  if (boots[0] === boots[1]) return no("Both answers come from one system.", "两个应答来自同一个系统。");
  return passed({ en: `Both answer, at ${addresses.join(" and ")}.`, "zh-cn": `两台都有应答，地址是 ${addresses.join(" 和 ")}。` });
}

function autostart(known: LibvirtFacts, _: Sheet, found: Host): Outcome {
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

function hotCpus(known: LibvirtFacts, { a }: Sheet, found: Host): Outcome {
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

function balloon(known: LibvirtFacts, { a }: Sheet): Outcome {
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

function edited(known: LibvirtFacts, { b }: Sheet): Outcome {
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

function questions({ answers }: Facts, drawn: Drawn): Outcome {
  if (answers.state !== "read") return unusable(answers, ANSWERS, ANSWERS_EXAMPLE) as Outcome;
  const said = answers.value;
  const right = (["ring", "type", "witness"] as const).every((one) => said[one].trim().toLowerCase() === KEY[one][drawn[one]]);
  if (right) return passed({ en: "All three are right.", "zh-cn": "三题都对。" });
  return failed({
    expected: { en: "Three right letters.", "zh-cn": "三个正确的字母。" },
    found: { en: "At least one is wrong.", "zh-cn": "至少错了一题。" },
    look: { en: "The questions are at the end of the sheet.", "zh-cn": "题目在题目单的最后。" },
  });
}

export default defineChecks((drawn: Drawn) => ({
  baseline: { own: jsonFrom(ownSchema, "cat /root/exam/parameters.json"), readiness },
  facts: { host, libvirt, ready: reportAt(READY, readySchema), answers: reportAt(ANSWERS, answersSchema) },
  tasks: {
    readiness: ready,
    "service-now": (facts) => serviceNow(facts),
    "service-boot": (facts) => serviceBoot(facts),
    "default-network": withLibvirt(drawn, defaultNetwork),
    "exam-network": withLibvirt(drawn, examNetwork),
    "fixed-lease": withLibvirt(drawn, fixedLease),
    pool: withLibvirt(drawn, pool),
    volume: withLibvirt(drawn, volume),
    "guest-a": withLibvirt(drawn, guestA),
    unattended: withLibvirt(drawn, unattended),
    "guest-b": withLibvirt(drawn, guestB),
    "b-runs": withLibvirt(drawn, bRuns),
    twin: withLibvirt(drawn, twin),
    "side-by-side": withLibvirt(drawn, sideBySide),
    autostart: withLibvirt(drawn, autostart),
    "hot-cpus": withLibvirt(drawn, hotCpus),
    balloon: withLibvirt(drawn, balloon),
    edited: withLibvirt(drawn, edited),
    questions: (facts) => questions(facts, drawn),
  },
}));
