import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { FactUnknown } from "../../../../../lab-server/grading/fact.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { jsonFrom, type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";

const PATH = "/root/idle.json";
const EXAMPLE = '{"unit": "…", "seconds": 0}';

const unitSchema = z.object({ load: z.string(), active: z.string(), file: z.string() });
const unitsSchema = z.object({
  socket: unitSchema,
  service: unitSchema,
  /** Processes named libvirtd that systemd did not start as libvirtd.service. */
  byHand: z.int(),
  /** The exit status of `virsh uri`, and its complaint. */
  virsh: z.int(),
  said: z.string(),
});
export type Units = z.infer<typeof unitsSchema>;

/** virsh wakes the daemon while the other questions are asked; it may take seconds. Nothing is stopped: a check takes nobody's daemon away. */
const units = jsonFrom(
  unitsSchema,
  `show() { systemctl show "$1" -p LoadState,ActiveState,UnitFileState | jq -Rs 'split("\\n") | map(select(. != "") | split("=") | {(.[0]): .[1]}) | add | {load: .LoadState, active: .ActiveState, file: .UnitFileState}'; }
answer=$(mktemp)
LC_ALL=C timeout 15 virsh -c qemu:///system uri >"$answer" 2>&1 & asked=$!
socket=$(show libvirtd.socket); service=$(show libvirtd.service)
byHand=0
for pid in $(pgrep -x libvirtd); do grep -q '/libvirtd\\.service' "/proc/$pid/cgroup" 2>/dev/null || byHand=$((byHand + 1)); done
wait $asked; virsh=$?; said=$(cat "$answer"); rm -f "$answer"
jq -n --argjson socket "$socket" --argjson service "$service" --argjson byHand $byHand --argjson virsh $virsh --arg said "$said" '{$socket, $service, $byHand, $virsh, $said}'`,
);

const answerSchema = z.object({ unit: z.string(), seconds: z.number() });
export type Answer = z.infer<typeof answerSchema>;

const unitFiles: Text = {
  en: "`systemctl list-unit-files 'libvirt*'`, and `systemctl status libvirtd.socket`.",
  "zh-cn": "看 `systemctl list-unit-files 'libvirt*'` 和 `systemctl status libvirtd.socket`。",
};

/** The status of timeout(1): the daemon is being woken, and the host is slow. */
const TOO_SLOW = 124;

function now({ virsh, said }: Units): Outcome {
  if (virsh === TOO_SLOW) {
    throw new FactUnknown(
      { en: "virsh did not answer in time. Wait a moment and check again.", "zh-cn": "virsh 没有及时回应。请稍等一下再检查。" },
      "virsh uri: no answer within 15 s",
    );
  }
  if (virsh === 0) return passed({ en: `virsh is connected to ${said.trim()}.`, "zh-cn": `virsh 连上了 ${said.trim()}。` });
  const line = said.trim().split("\n").at(-1)?.slice(0, 160) ?? "";
  return failed({
    expected: { en: "virsh connects to qemu:///system.", "zh-cn": "virsh 能连上 qemu:///system。" },
    found: { en: `It does not: ${line}`, "zh-cn": `连不上：${line}` },
    look: unitFiles,
  });
}

function wakes({ socket, service, byHand }: Units): Outcome {
  const expected: Text = {
    en: "libvirtd.socket is active, and libvirtd.service can be started by it.",
    "zh-cn": "libvirtd.socket 是活动的，并且能启动 libvirtd.service。",
  };
  const no = (found: Text, look: Text = unitFiles): Outcome => failed({ expected, found, look });
  if (byHand > 0) {
    return no(
      {
        en: "A libvirtd is running that systemd did not start: somebody called the program by hand.",
        "zh-cn": "有一个 libvirtd 不是 systemd 启动的：有人手工运行了这个程序。",
      },
      {
        en: "It ends with its shell or when it is idle, and nobody starts it again. `pgrep -a libvirtd`, end it with `kill`, then let systemd do it.",
        "zh-cn": "它会随 shell 结束，或者空闲后退出，之后没有谁再启动它。用 `pgrep -a libvirtd` 找到它，`kill` 掉，再交给 systemd。",
      },
    );
  }
  if (socket.load === "masked") return no({ en: "libvirtd.socket is masked.", "zh-cn": "libvirtd.socket 被屏蔽了。" });
  if (service.load === "masked")
    return no({ en: "libvirtd.service is masked: the socket cannot start it.", "zh-cn": "libvirtd.service 被屏蔽了：套接字启动不了它。" });
  if (socket.active === "active") {
    return passed({ en: "libvirtd.socket is active: it wakes the daemon.", "zh-cn": "libvirtd.socket 是活动的：它会唤醒守护进程。" });
  }
  if (service.active === "active") {
    return no(
      { en: "Only the daemon is running; libvirtd.socket is not active.", "zh-cn": "只有守护进程在运行，libvirtd.socket 不是活动的。" },
      {
        en: "When the daemon leaves, its socket goes too, and nobody wakes it. Stop libvirtd.service, start libvirtd.socket.",
        "zh-cn": "守护进程一退出，套接字也没了，再没有谁能唤醒它。请停掉 libvirtd.service，启动 libvirtd.socket。",
      },
    );
  }
  return no({ en: `libvirtd.socket is ${socket.active}.`, "zh-cn": `libvirtd.socket 是 ${socket.active}。` });
}

function boot({ socket, service }: Units): Outcome {
  const found: Text = {
    en: `libvirtd.socket is ${socket.file || "unknown"}, libvirtd.service is ${service.file || "unknown"}.`,
    "zh-cn": `libvirtd.socket 是 ${socket.file || "未知"}，libvirtd.service 是 ${service.file || "未知"}。`,
  };
  if (socket.file === "enabled" && service.file === "enabled") return passed(found);
  const expected: Text = { en: "libvirtd.socket and libvirtd.service are both enabled.", "zh-cn": "libvirtd.socket 和 libvirtd.service 都已启用。" };
  if (socket.file === "enabled") {
    return failed({
      expected,
      found,
      look: {
        en: "With the socket alone, nobody starts marked guests at boot until somebody types virsh. `systemctl enable libvirtd`.",
        "zh-cn": "只有套接字的话，开机后要等有人敲 virsh，有标记的客户机才会启动。请 `systemctl enable libvirtd`。",
      },
    });
  }
  return failed({
    expected,
    found,
    look: {
      en: "Starting is for now, enabling is for the next boot: `systemctl is-enabled libvirtd.socket libvirtd.service`.",
      "zh-cn": "start 管现在，enable 管下次开机：`systemctl is-enabled libvirtd.socket libvirtd.service`。",
    },
  });
}

function answer(report: Reported<Answer>): Outcome {
  if (report.state !== "read") return unusable(report, PATH, EXAMPLE) as Outcome;
  const { unit, seconds } = report.value;
  if (unit.trim() === "libvirtd.socket" && seconds === 120) {
    return passed({
      en: "libvirtd.socket listens, and the daemon leaves after 120 idle seconds.",
      "zh-cn": "libvirtd.socket 在监听，守护进程空闲 120 秒后退出。",
    });
  }
  if (unit.trim() !== "libvirtd.socket") {
    return failed({
      expected: { en: "“unit” is the unit that listens while no daemon runs, with its ending.", "zh-cn": "“unit” 是没有守护进程时负责监听的单元，要写后缀。" },
      found: { en: `The file says “${unit.slice(0, 60)}”.`, "zh-cn": `文件里写的是“${unit.slice(0, 60)}”。` },
      look: {
        en: "`systemctl status libvirtd.service` names it after TriggeredBy. `virsh` uses the one for reading and writing.",
        "zh-cn": "`systemctl status libvirtd.service` 的 TriggeredBy 后面写着它。`virsh` 用的是可读可写的那个。",
      },
    });
  }
  return failed({
    expected: { en: "“seconds” is the idle time after which the daemon leaves.", "zh-cn": "“seconds” 是守护进程退出前的空闲秒数。" },
    found: { en: `The file says ${seconds}.`, "zh-cn": `文件里写的是 ${seconds}。` },
    look: { en: "`systemctl cat libvirtd.service`: `--timeout`.", "zh-cn": "`systemctl cat libvirtd.service`：看 `--timeout`。" },
  });
}

export default defineChecks({
  baseline: {},
  facts: { units, report: reportAt(PATH, answerSchema) },
  tasks: {
    now: ({ units: found }) => now(found),
    wakes: ({ units: found }) => wakes(found),
    boot: ({ units: found }) => boot(found),
    answer: ({ report }) => answer(report),
  },
});
