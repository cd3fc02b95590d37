import { z } from "zod";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import type { GuestState } from "../../../../../lab-server/grading/probes/guest.ts";
import { jsonFrom, type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";
import { REASONS } from "../../../../../lab-server/grading/texts.ts";

const RACE = "/root/race/race.json";
const EXAMPLE = '{"tcg": 12.3, "kvm": 4.5}';
/** A host that others share is now faster and now slower: five times was seen between two runs. A boot takes far longer than KVM's loop. */
const SLACK = 8;
/** By the host's clock, seconds. */
const TIMED_AT_MOST = 8;
/** Below this, the console itself is what is timed. */
const CLOCK_RESOLVES = 0.02;

const NAMES = { tcg: "smartgo_tcg", kvm: "smartgo_kvm" } as const;

const answers = z.object({ tcg: z.number().positive(), kvm: z.number().positive() });
const machine = z.object({
  /** virDomainState's number; 0 when there is no such guest. */
  state: z.int(),
  type: z.string(),
  /** What QEMU says; null when it was not asked or did not answer. */
  kvm: z.boolean().nullable(),
  board: z.object({ memory: z.string(), vcpus: z.string(), machine: z.string() }),
  seconds: z.number().nullable(),
  /** Why there are no seconds. */
  why: z.string(),
});
const machines = z.object({ tcg: machine, kvm: machine });
type Machines = z.infer<typeof machines>;

/**
 * Both machines, and the check's own race as /root/race/bench runs it: one key on each console, one after the other. All in one process, for
 * under emulation the start of another one takes as long as the race; and no race before there is anything to compare it with.
 */
const LOOK = `exec python3 -I - <<'END OF LOOK'
import json, os, threading, time, libvirt, libvirt_qemu
import xml.etree.ElementTree as ElementTree
libvirt.registerErrorHandler(lambda context, error: None, None)
connection = libvirt.open("qemu:///system")
SIDES = {"kvm": 4, "tcg": ${TIMED_AT_MOST}}
result = {side: {"state": 0, "type": "", "kvm": None, "board": {"memory": "", "vcpus": "", "machine": ""}, "seconds": None, "why": "off"} for side in SIDES}

def tell():
    print(json.dumps(result), flush=True)
    os._exit(0)

def look(side):
    domain = connection.lookupByName("smartgo_" + side)
    about = result[side]
    about["state"] = domain.info()[0]
    xml = ElementTree.fromstring(domain.XMLDesc())
    about["type"] = xml.get("type")
    about["board"] = {"memory": xml.findtext("memory"), "vcpus": xml.findtext("vcpu"), "machine": xml.find("os/type").get("machine")}
    if domain.isActive():
        about["kvm"] = json.loads(libvirt_qemu.qemuMonitorCommand(domain, '{"execute":"query-kvm"}', 0))["return"]["enabled"]
        about["why"] = "busy"
    return domain

def race(side, domain):
    console = connection.newStream()
    domain.openConsole(None, console)
    result[side]["why"] = "silent"
    alarm = threading.Timer(SIDES[side], tell)
    alarm.start()
    again = threading.Timer(1.5, lambda: console.send(b"x"))
    again.start()
    def until(word):
        text = b""
        while word not in text:
            text += console.recv(1)
    console.send(b"x")
    until(b"counting")
    began = time.monotonic()
    again.cancel()
    until(b"done")
    result[side].update(seconds=time.monotonic() - began, why="")
    alarm.cancel()
    console.abort()

domains = {}
for side in SIDES:
    try:
        domains[side] = look(side)
    except libvirt.libvirtError:
        pass
if os.path.exists("${RACE}"):
    for side, domain in domains.items():
        try:
            if domain.isActive():
                race(side, domain)
        except libvirt.libvirtError:
            pass
tell()
END OF LOOK
`;

const SIDES = ["tcg", "kvm"] as const;
/** virDomainState, by number; 0 is what LOOK says of a guest that does not exist. */
const STATES: readonly GuestState[] = ["absent", "running", "running", "paused", "shutting-down", "shut-off", "crashed", "suspended"];
const VIRT_TYPES = { tcg: "qemu", kvm: "kvm" } as const;
function off(seen: Machines): Outcome | undefined {
  for (const side of SIDES) {
    const stopped = notRunning({ name: NAMES[side], state: STATES[seen[side].state] ?? "unknown" });
    if (stopped !== undefined) return stopped;
  }
  return undefined;
}

function twoMachines(seen: Machines): Outcome {
  for (const side of SIDES) {
    const { type, kvm } = seen[side];
    if (kvm === null) throw new FactUnknown(REASONS.probeSilent, `${side}: query-kvm had no answer`);
    if (type !== VIRT_TYPES[side] || kvm !== (side === "kvm")) {
      return failed({
        expected: {
          en: `${NAMES[side]} is a machine of type “${VIRT_TYPES[side]}”.`,
          "zh-cn": `${NAMES[side]} 是类型为“${VIRT_TYPES[side]}”的机器。`,
        },
        found: {
          en: `Its type is “${type}”, and its QEMU says that KVM is ${kvm ? "" : "not "}in use.`,
          "zh-cn": `它的类型是“${type}”，它的 QEMU 说 KVM ${kvm ? "正在使用" : "没有使用"}。`,
        },
        look: {
          en: "virt-install takes KVM where it can; `--virt-type` decides. Remove the machine (`virsh destroy`, `virsh undefine`) and make it again.",
          "zh-cn": "virt-install 能用 KVM 就用 KVM，要由 `--virt-type` 决定。请删除这台机器（`virsh destroy`、`virsh undefine`），再重新创建。",
        },
      });
    }
  }
  return passed({
    en: "One QEMU says that KVM is in use, the other that it is not.",
    "zh-cn": "一个 QEMU 说正在使用 KVM，另一个说没有使用。",
  });
}

const COMPARED = {
  memory: { en: "memory, KiB", "zh-cn": "内存（KiB）" },
  vcpus: { en: "vCPUs", "zh-cn": "vCPU 数" },
  machine: { en: "board", "zh-cn": "主板型号" },
} as const;

function sameOtherwise(seen: Machines): Outcome {
  for (const part of ["memory", "vcpus", "machine"] as const) {
    const [tcg, kvm] = [seen.tcg.board[part], seen.kvm.board[part]];
    const what = COMPARED[part];
    if (tcg !== kvm) {
      return failed({
        expected: { en: "The two machines differ in nothing but their type.", "zh-cn": "两台机器除了类型，其他都相同。" },
        found: {
          en: `They differ in: ${what.en}. smartgo_tcg has ${tcg}, smartgo_kvm has ${kvm}.`,
          "zh-cn": `它们的${what["zh-cn"]}不同：smartgo_tcg 是 ${tcg}，smartgo_kvm 是 ${kvm}。`,
        },
        look: {
          en: "A race between unequal machines says nothing. Compare `virsh dumpxml` of both, and make one of them anew.",
          "zh-cn": "两台不一样的机器比不出什么。请对照两者的 `virsh dumpxml`，重新创建其中一台。",
        },
      });
    }
  }
  return passed({ en: "Same memory, same vCPUs, same board.", "zh-cn": "内存、vCPU 数和主板型号都相同。" });
}

const shown = (seconds: number): string => `${seconds.toFixed(3)} s`;

function race(report: Reported<z.infer<typeof answers>>, own: Machines): Outcome {
  if (report.state !== "read") return unusable(report, RACE, EXAMPLE) as Outcome;
  const said = report.value;
  const expected = {
    en: "tcg and kvm are the seconds from “counting” to “done”, of smartgo_tcg and smartgo_kvm.",
    "zh-cn": "tcg 和 kvm 分别是 smartgo_tcg 与 smartgo_kvm 从 counting 到 done 所用的秒数。",
  };
  const look = {
    en: `Time the loop, not the boot: \`/root/race/bench ${NAMES.kvm}\`.`,
    "zh-cn": `要计时的是循环，不是启动：\`/root/race/bench ${NAMES.kvm}\`。`,
  };
  if (said.tcg <= said.kvm) {
    return failed({
      expected,
      found: {
        en: `By these numbers (${shown(said.tcg)} and ${shown(said.kvm)}) the translated machine is not the slower one.`,
        "zh-cn": `照这两个数（${shown(said.tcg)} 与 ${shown(said.kvm)}）来看，翻译执行的机器并不更慢。`,
      },
      look,
    });
  }
  for (const side of ["kvm", "tcg"] as const) {
    const { seconds, why } = own[side];
    if (seconds === null) {
      if (why === "silent") {
        throw new FactUnknown(
          {
            en: `${NAMES[side]} did not finish its count in time. Wait until the host is less busy and check again.`,
            "zh-cn": `${NAMES[side]} 没有及时数完。请等宿主机空闲一些再检查。`,
          },
          `${side}: ${why}`,
        );
      }
      return failed({
        expected: { en: "The check can run the race once more itself.", "zh-cn": "检查程序可以自己再比一次。" },
        found:
          why === "busy"
            ? { en: `The console of ${NAMES[side]} is taken.`, "zh-cn": `${NAMES[side]} 的控制台被占用着。` }
            : { en: `${NAMES[side]} is not running.`, "zh-cn": `${NAMES[side]} 没有在运行。` },
        look: {
          en: "Leave every `virsh console` with Ctrl+], start both machines, and check again.",
          "zh-cn": "请用 Ctrl+] 离开所有 `virsh console`，启动两台机器，再检查。",
        },
      });
    }
    const ratio = Math.max(said[side], CLOCK_RESOLVES) / Math.max(seconds, CLOCK_RESOLVES);
    if (ratio > SLACK || ratio < 1 / SLACK) {
      return failed({
        expected,
        found: {
          en: `“${side}” is ${shown(said[side])}, and the check, just now, measured ${shown(seconds)}.`,
          "zh-cn": `${side} 写的是 ${shown(said[side])}，而检查程序刚才测得 ${shown(seconds)}。`,
        },
        look,
      });
    }
  }
  const times = (said.tcg / said.kvm).toFixed(0);
  return passed({
    en: `${shown(said.tcg)} against ${shown(said.kvm)}: on this host, translation takes ${times} times as long.`,
    "zh-cn": `${shown(said.tcg)} 对 ${shown(said.kvm)}：在这台宿主机上，翻译执行用了 ${times} 倍的时间。`,
  });
}

export default defineChecks({
  baseline: {},
  facts: { seen: jsonFrom(machines, LOOK), report: reportAt(RACE, answers) },
  tasks: {
    "two-machines": ({ seen }) => off(seen) ?? twoMachines(seen),
    "same-otherwise": ({ seen }) => off(seen) ?? sameOtherwise(seen),
    race: ({ report, seen }) => race(report, seen),
  },
});
