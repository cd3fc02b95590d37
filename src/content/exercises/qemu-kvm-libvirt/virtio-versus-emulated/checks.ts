import { z } from "zod";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";

const NAME = "smartgo_01";
const REPORT = "/root/io/io.json";
const EXAMPLE = '{"sata": {"mmio_exits": 12, "seconds": 3.4}, "virtio": {"mmio_exits": 5, "seconds": 6.7}}';
const WRITES = 200;

const road = z.object({ mmio_exits: z.int().nonnegative(), seconds: z.number().positive() });
const answers = z.object({ sata: road, virtio: road });

const BUSES = ["sata", "virtio"] as const;
type Bus = (typeof BUSES)[number];
const DRIVERS: Readonly<Record<Bus, string>> = { sata: "sd", virtio: "virtio_blk" };

/** Of each disk in the guest: its name, its driver, and the write requests that it has completed since the guest's boot (field 5 of its stat). */
const DISKS = `for disk in /sys/block/*; do
  [ -e "$disk/device/driver" ] || continue
  read -r r1 r2 r3 r4 writes rest < "$disk/stat"
  echo "\${disk##*/} $(readlink "$disk/device/driver" | sed 's|.*/||') $writes"
done`;

/** The disks on a bus besides the one that the system is on. */
function added(facts: LibvirtFacts, bus: Bus): string[] {
  return facts.guest(NAME)?.live?.values(`/domain/devices/disk[target/@bus='${bus}' and target/@dev!='vda']/source/@file`) ?? [];
}

function twoRoads(facts: LibvirtFacts): Outcome {
  const [sata, virtio] = [added(facts, "sata")[0], added(facts, "virtio")[0]];
  if (sata !== undefined && virtio !== undefined && sata !== virtio) {
    return passed({ en: `sata: ${sata}; virtio: ${virtio}.`, "zh-cn": `sata：${sata}；virtio：${virtio}。` });
  }
  const expected = {
    en: `The running ${NAME} has one more disk on sata and one more on virtio.`,
    "zh-cn": `运行中的 ${NAME} 在 sata 和 virtio 上各多一块盘。`,
  };
  const defined = facts.guest(NAME)?.config?.has("/domain/devices/disk[target/@bus='sata']/source/@file") ?? false;
  if (sata === undefined && defined) {
    return failed({
      expected,
      found: {
        en: "Only the stored definition has the SATA disk, and that counts from the next start.",
        "zh-cn": "只有保存的定义里有 SATA 磁盘，下次启动才生效。",
      },
      look: {
        en: `\`virsh shutdown ${NAME}\`, wait until it is off, then \`virsh start ${NAME}\`.`,
        "zh-cn": `先 \`virsh shutdown ${NAME}\`，等它关机，再 \`virsh start ${NAME}\`。`,
      },
    });
  }
  const onVirtio = added(facts, "virtio").length;
  if (sata === undefined && onVirtio > 1) {
    return failed({
      expected,
      found: {
        en: `There are ${onVirtio} more disks, all of them on virtio.`,
        "zh-cn": `多了 ${onVirtio} 块盘，但都在 virtio 上。`,
      },
      look: {
        en: "Without `--targetbus`, libvirt takes the bus from the name: vd… is virtio, sd… is not.",
        "zh-cn": "不写 `--targetbus` 时，libvirt 按名称决定总线：vd… 就是 virtio，sd… 则不是。",
      },
    });
  }
  return failed({
    expected,
    found: {
      en: `On sata: ${sata ?? "none"}. On virtio: ${virtio ?? "none"}.`,
      "zh-cn": `sata 上：${sata ?? "没有"}；virtio 上：${virtio ?? "没有"}。`,
    },
    look: {
      en: `\`virsh domblklist ${NAME} --details\` shows what the running guest has.`,
      "zh-cn": `\`virsh domblklist ${NAME} --details\` 列出运行中的客户机有哪些盘。`,
    },
  });
}

interface Disk {
  readonly name: string;
  readonly driver: string;
  readonly writes: number;
}

/** The guest's disks without its own; only asked for when libvirt has given it both, for a guest that boots cannot answer yet. */
function disks(facts: LibvirtFacts): Disk[] {
  return facts
    .inside("disks")
    .output.split("\n")
    .map((line) => line.split(" "))
    .filter(([name]) => name !== undefined && name !== "" && name !== "vda")
    .map(([name = "", driver = "", writes = "0"]) => ({ name, driver, writes: Number(writes) }));
}

function withBoth(facts: LibvirtFacts, judge: (found: readonly Disk[]) => Outcome): Outcome {
  const stopped = notRunning(facts.state(NAME));
  if (stopped !== undefined) return stopped;
  const missing = BUSES.find((bus) => added(facts, bus).length === 0);
  if (missing === undefined) return judge(disks(facts));
  return failed({
    expected: { en: "The guest has a disk on either road.", "zh-cn": "客户机在两条路上都有盘。" },
    found: { en: `It has none on ${missing} yet.`, "zh-cn": `${missing} 上还没有。` },
    look: { en: `\`virsh domblklist ${NAME} --details\`.`, "zh-cn": `\`virsh domblklist ${NAME} --details\`。` },
  });
}

function drivers(found: readonly Disk[]): Outcome {
  const seen = found.map(({ name, driver }) => `${name}: ${driver}`).join(", ");
  const missing = BUSES.find((bus) => !found.some(({ driver }) => driver === DRIVERS[bus]));
  if (missing === undefined) return passed({ en: `In the guest: ${seen}.`, "zh-cn": `客户机里：${seen}。` });
  return failed({
    expected: { en: `The guest drives the disk on ${missing} with ${DRIVERS[missing]}.`, "zh-cn": `客户机用 ${DRIVERS[missing]} 驱动 ${missing} 上的盘。` },
    found: seen === "" ? { en: "It sees neither of the two.", "zh-cn": "两块它都看不到。" } : { en: `It sees ${seen}.`, "zh-cn": `它看到的是 ${seen}。` },
    look:
      missing === "sata"
        ? {
            en: "The controller is there (`lspci`), its driver is not: `modprobe ahci` in the guest.",
            "zh-cn": "控制器在（`lspci`），驱动不在：请在客户机里 `modprobe ahci`。",
          }
        : { en: "`lsblk` in the guest.", "zh-cn": "在客户机里看 `lsblk`。" },
  });
}

function written(found: readonly Disk[]): Outcome {
  const seen = found.map(({ name, writes }) => `${name}: ${writes}`).join(", ");
  const short = BUSES.find((bus) => !found.some(({ driver, writes }) => driver === DRIVERS[bus] && writes >= WRITES));
  if (short === undefined) return passed({ en: `Write requests since the guest's boot: ${seen}.`, "zh-cn": `客户机启动以来的写请求：${seen}。` });
  return failed({
    expected: { en: `At least ${WRITES} write requests went to each disk.`, "zh-cn": `两块盘各收到至少 ${WRITES} 个写请求。` },
    found: { en: `Write requests since the guest's boot: ${seen || "no disk"}.`, "zh-cn": `客户机启动以来的写请求：${seen || "没有盘"}。` },
    look: {
      en: "`dd … bs=4k count=200 oflag=direct`. Without `oflag=direct` the guest gathers writes and sends few large ones.",
      "zh-cn": "`dd … bs=4k count=200 oflag=direct`。不加 `oflag=direct`，客户机会把写操作攒起来，只发出几个大请求。",
    },
  });
}

/**
 * AHCI touches its registers several times for a request (8 to 11 were seen with Linux 6.12); virtio only rings a bell, which KVM does not count as MMIO.
 * What is counted meanwhile on virtio's side is the guest reading the SATA disk again after it was written.
 */
const LEAST_ON_SATA = 3 * WRITES;
const clearlyFewer = (few: number, many: number): boolean => 2 * few < many;

/** One entry for each vCPU, counted since the start of its thread. */
const statsSchema = z.array(z.object({ stats: z.array(z.object({ name: z.string(), value: z.number() })) }));

function counted(report: Reported<z.infer<typeof answers>>, facts: LibvirtFacts): Outcome {
  if (report.state !== "read") return unusable(report, REPORT, EXAMPLE) as Outcome;
  const total = facts
    .monitor("exits", statsSchema)
    .flatMap(({ stats }) => stats)
    .reduce((sum, { value }) => sum + value, 0);
  const { sata, virtio } = report.value;
  const look = {
    en: `\`virsh domstats ${NAME} --vcpu | grep mmio_exits\` once before and once after each dd; write down the differences.`,
    "zh-cn": `在每次 dd 之前和之后各看一次 \`virsh domstats ${NAME} --vcpu | grep mmio_exits\`，记下差值。`,
  };
  if (sata.mmio_exits >= LEAST_ON_SATA && sata.mmio_exits <= total && clearlyFewer(virtio.mmio_exits, sata.mmio_exits)) {
    return passed({
      en: `${WRITES} writes: ${sata.mmio_exits} MMIO exits by SATA, ${virtio.mmio_exits} by virtio.`,
      "zh-cn": `${WRITES} 次写：SATA 用了 ${sata.mmio_exits} 次 MMIO 退出，virtio 用了 ${virtio.mmio_exits} 次。`,
    });
  }
  const expected = {
    en: "By SATA each write costs several MMIO exits; by virtio hardly any.",
    "zh-cn": "走 SATA，每次写都要好几次 MMIO 退出；走 virtio 则几乎没有。",
  };
  if (virtio.mmio_exits >= LEAST_ON_SATA && clearlyFewer(sata.mmio_exits, virtio.mmio_exits)) {
    return failed({ expected, found: { en: "The two are exchanged.", "zh-cn": "两个数写反了。" }, look });
  }
  if (sata.mmio_exits > total) {
    return failed({
      expected,
      found: {
        en: `${sata.mmio_exits} is more than the guest has had since its start: ${total}.`,
        "zh-cn": `${sata.mmio_exits} 比客户机启动以来的总数 ${total} 还多。`,
      },
      look,
    });
  }
  return failed({
    expected,
    found: { en: `sata ${sata.mmio_exits}, virtio ${virtio.mmio_exits}.`, "zh-cn": `sata 是 ${sata.mmio_exits}，virtio 是 ${virtio.mmio_exits}。` },
    look,
  });
}

export default defineChecks({
  baseline: {},
  facts: {
    libvirt: libvirtFacts({
      inside: { disks: { guest: NAME, command: DISKS } },
      monitor: {
        exits: { guest: NAME, execute: "query-stats", arguments: { target: "vcpu", providers: [{ provider: "kvm", names: ["mmio_exits"] }] } },
      },
    }),
    report: reportAt(REPORT, answers),
  },
  tasks: {
    "two-roads": ({ libvirt }) => notRunning(libvirt.state(NAME)) ?? twoRoads(libvirt),
    drivers: ({ libvirt }) => withBoth(libvirt, drivers),
    written: ({ libvirt }) => withBoth(libvirt, written),
    counted: ({ libvirt, report }) => notRunning(libvirt.state(NAME)) ?? counted(report, libvirt),
  },
});
