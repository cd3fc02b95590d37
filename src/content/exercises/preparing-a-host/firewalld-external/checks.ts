import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { unusable } from "../../../../../lab-server/grading/judges/report.ts";
import { jsonFrom, type Reported, reportAt } from "../../../../../lab-server/grading/probes/host.ts";
import { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const PATH = "/root/zones.json";
const INTERFACE = "lab0";
const ZONE = "external";
const [FIRST, LAST] = [5920, 5950];
const PORTS = `${FIRST}-${LAST}/tcp`;

const firewallSchema = z.object({
  /** Interfaces by zone, as the running firewalld says; null when it does not answer. */
  zones: z.record(z.string(), z.array(z.string())).nullable(),
  /** Ports and masquerading of the zone external in the running firewalld. */
  ports: z.array(z.tuple([z.string(), z.string()])).nullable(),
  masquerade: z.boolean().nullable(),
  /** The stored zones that differ from the package's, as firewalld's XML. */
  stored: z.array(z.object({ name: z.string(), xml: z.string() })),
});
export type Firewall = z.infer<typeof firewallSchema>;

/** Over D-Bus and from the files: firewall-cmd itself is a large Python program, and takes longer than a check may. */
const firewall = jsonFrom(
  firewallSchema,
  `ask() { busctl --json=short --auto-start=no --timeout=6 call org.fedoraproject.FirewallD1 /org/fedoraproject/FirewallD1 org.fedoraproject.FirewallD1.zone "$@" 2>/dev/null || echo null; }
zones=$(ask getActiveZones); external=$(ask getZoneSettings2 s ${ZONE})
stored=$(for file in /etc/firewalld/zones/*.xml; do [ -f "$file" ] && jq -Rsc --arg name "$(basename "$file" .xml)" '{$name, xml: .}' "$file"; done | jq -sc .)
jq -n --argjson zones "$zones" --argjson external "$external" --argjson stored "$stored" '{
  zones: (if $zones == null then null else $zones.data[0] | map_values(.interfaces // []) end),
  ports: (if $external == null then null else $external.data[0].ports.data // [] end),
  masquerade: (if $external == null then null else $external.data[0].masquerade.data // false end), $stored}'`,
);

const reportSchema = z.object({ masquerade: z.boolean(), virbr0: z.string() });
export type Report = z.infer<typeof reportSchema>;

type Opened = "right" | "missing" | "wider";

/** @param ports pairs of a port or range, and a protocol */
function opened(ports: readonly (readonly [string, string])[]): Opened {
  const numbers = new Set<number>();
  for (const [range, protocol] of ports) {
    if (protocol !== "tcp") continue;
    const [from = Number.NaN, to = from] = range.split("-").map(Number);
    for (let port = from; port <= to; port++) numbers.add(port);
  }
  for (let port = FIRST; port <= LAST; port++) if (!numbers.has(port)) return "missing";
  return numbers.size > LAST - FIRST + 1 ? "wider" : "right";
}

interface Half {
  /** The zone of lab0, if it has one. */
  readonly zone: string | undefined;
  readonly ports: Opened;
}

function running({ zones, ports }: Firewall): Half | undefined {
  if (zones === null || ports === null) return undefined;
  return { zone: Object.entries(zones).find(([, interfaces]) => interfaces.includes(INTERFACE))?.[0], ports: opened(ports) };
}

function kept({ stored }: Firewall): Half {
  const zones = stored.map(({ name, xml }) => ({ name, xml: new Xml(xml) }));
  const external = zones.find(({ name }) => name === ZONE)?.xml;
  const protocols = external?.values("/zone/port/@protocol") ?? [];
  const ports = (external?.values("/zone/port/@port") ?? []).map((port, index) => [port, protocols[index] ?? ""] as const);
  return { zone: zones.find(({ xml }) => xml.has(`/zone/interface[@name='${INTERFACE}']`))?.name, ports: opened(ports) };
}

const right = (half: Half | undefined): boolean => half?.zone === ZONE && half.ports === "right";

function said({ zone, ports }: Half): Text {
  const words: Record<Opened, Text> = {
    right: { en: `${PORTS} are open in ${ZONE}`, "zh-cn": `${ZONE} 打开了 ${PORTS}` },
    missing: { en: `not all of ${PORTS} are open in ${ZONE}`, "zh-cn": `${ZONE} 没有完全打开 ${PORTS}` },
    wider: { en: `more than ${PORTS} is open in ${ZONE}`, "zh-cn": `${ZONE} 打开的不止 ${PORTS}` },
  };
  return {
    en: `${INTERFACE} is in ${zone === undefined ? "no zone of its own" : zone}, and ${words[ports].en}.`,
    "zh-cn": `${INTERFACE} ${zone === undefined ? "没有指定区域" : `在 ${zone} 区域`}，${words[ports]["zh-cn"]}。`,
  };
}

function runtime(facts: Firewall): Outcome {
  const expected: Text = {
    en: `The running firewalld has ${INTERFACE} in ${ZONE}, with ${PORTS} open and nothing more.`,
    "zh-cn": `运行中的 firewalld 把 ${INTERFACE} 放在 ${ZONE} 区域，并且只打开 ${PORTS}。`,
  };
  const half = running(facts);
  if (half === undefined) {
    return failed({
      expected,
      found: { en: "firewalld does not answer.", "zh-cn": "firewalld 没有回应。" },
      look: { en: "`systemctl start firewalld` waits until it is up. It takes a minute.", "zh-cn": "`systemctl start firewalld` 会等它启动完，大约一分钟。" },
    });
  }
  if (right(half)) return passed(said(half));
  if (right(kept(facts))) {
    return failed({
      expected,
      found: { en: "It is stored, but not running.", "zh-cn": "已经保存了，但没有在运行中生效。" },
      look: {
        en: "`--permanent` writes files only. `firewall-cmd --reload` reads them, or give the commands once more without it.",
        "zh-cn": "`--permanent` 只写文件。用 `firewall-cmd --reload` 读进来，或者不加它再执行一遍。",
      },
    });
  }
  return failed({
    expected,
    found: said(half),
    look: {
      en: "`firewall-cmd --get-active-zones`, `firewall-cmd --zone=external --list-all`.",
      "zh-cn": "看 `firewall-cmd --get-active-zones` 和 `firewall-cmd --zone=external --list-all`。",
    },
  });
}

function permanent(facts: Firewall): Outcome {
  const half = kept(facts);
  if (right(half)) return passed(said(half));
  const expected: Text = {
    en: `The stored configuration has ${INTERFACE} in ${ZONE}, with ${PORTS} open and nothing more.`,
    "zh-cn": `保存的配置把 ${INTERFACE} 放在 ${ZONE} 区域，并且只打开 ${PORTS}。`,
  };
  if (right(running(facts))) {
    return failed({
      expected,
      found: { en: "It runs, but is not stored: the next reload or boot takes it away.", "zh-cn": "正在运行，但没有保存：下次重新加载或开机就没了。" },
      look: {
        en: "`firewall-cmd --runtime-to-permanent`, or the same commands with `--permanent`.",
        "zh-cn": "用 `firewall-cmd --runtime-to-permanent`，或者加 `--permanent` 再执行一遍。",
      },
    });
  }
  return failed({
    expected,
    found: said(half),
    look: {
      en: "`firewall-cmd --permanent --zone=external --list-all` shows what is stored.",
      "zh-cn": "`firewall-cmd --permanent --zone=external --list-all` 显示保存的配置。",
    },
  });
}

function bridgeZone({ zones }: Firewall): string | undefined {
  return Object.entries(zones ?? {}).find(([, interfaces]) => interfaces.includes("virbr0"))?.[0];
}

function guests(facts: Firewall): Outcome {
  const expected: Text = { en: "virbr0 is in the zone libvirt, running and stored.", "zh-cn": "无论运行中还是保存的配置里，virbr0 都在 libvirt 区域。" };
  const back: Text = { en: "`firewall-cmd --zone=libvirt --change-interface=virbr0`", "zh-cn": "`firewall-cmd --zone=libvirt --change-interface=virbr0`" };
  if (facts.zones === null) {
    return failed({
      expected,
      found: { en: "firewalld does not answer.", "zh-cn": "firewalld 没有回应。" },
      look: { en: "`systemctl start firewalld` waits until it is up.", "zh-cn": "`systemctl start firewalld` 会等它启动完。" },
    });
  }
  const zone = bridgeZone(facts);
  const elsewhere = facts.stored.find(({ name, xml }) => name !== "libvirt" && new Xml(xml).has("/zone/interface[@name='virbr0']"))?.name;
  if (zone === "libvirt" && elsewhere === undefined) return passed({ en: "virbr0 is in the zone libvirt.", "zh-cn": "virbr0 在 libvirt 区域。" });
  if (zone === undefined) {
    return failed({
      expected,
      found: { en: "virbr0 is in no zone of its own.", "zh-cn": "virbr0 没有指定区域。" },
      look: {
        en: `libvirt puts it there when firewalld has come up or the network starts: give it a moment. By hand: ${back.en}.`,
        "zh-cn": `firewalld 启动完或者网络启动时，libvirt 会把它放进去，请稍等。也可以手工放：${back["zh-cn"]}。`,
      },
    });
  }
  const where = zone === "libvirt" ? elsewhere : zone;
  return failed({
    expected,
    found: { en: `virbr0 was moved to ${where}.`, "zh-cn": `virbr0 被移到了 ${where} 区域。` },
    look: {
      en: `There the guests' DHCP and DNS requests to the host are refused. ${back.en} puts it back; do it with \`--permanent\` too if it is stored.`,
      "zh-cn": `在那里，客户机发给宿主机的 DHCP 和 DNS 请求会被拒绝。用 ${back["zh-cn"]} 放回去；如果已经保存，加 \`--permanent\` 再做一次。`,
    },
  });
}

function told(report: Reported<Report>, facts: Firewall): Outcome {
  if (report.state !== "read") return unusable(report, PATH, '{"masquerade": true, "virbr0": "…"}') as Outcome;
  const { masquerade, virbr0 } = report.value;
  const truth = facts.masquerade ?? true;
  if (masquerade !== truth) {
    return failed({
      expected: { en: "“masquerade” is what the zone external does.", "zh-cn": "“masquerade” 写 external 区域实际的设置。" },
      found: { en: `The file says ${masquerade}.`, "zh-cn": `文件里写的是 ${masquerade}。` },
      look: { en: "`firewall-cmd --zone=external --query-masquerade`", "zh-cn": "`firewall-cmd --zone=external --query-masquerade`" },
    });
  }
  if (virbr0.trim() !== "libvirt") {
    return failed({
      expected: { en: "“virbr0” is the zone in which libvirt put its bridge.", "zh-cn": "“virbr0” 写 libvirt 给网桥安排的区域。" },
      found: { en: `The file says “${virbr0.slice(0, 40)}”.`, "zh-cn": `文件里写的是“${virbr0.slice(0, 40)}”。` },
      look: { en: "`firewall-cmd --get-active-zones`", "zh-cn": "`firewall-cmd --get-active-zones`" },
    });
  }
  return passed({ en: `external masquerades: ${truth}. virbr0 is in libvirt.`, "zh-cn": `external 的地址伪装：${truth}。virbr0 在 libvirt 区域。` });
}

export default defineChecks({
  baseline: {},
  facts: { firewall, report: reportAt(PATH, reportSchema) },
  tasks: {
    runtime: ({ firewall: facts }) => runtime(facts),
    permanent: ({ firewall: facts }) => permanent(facts),
    guests: ({ firewall: facts }) => guests(facts),
    report: ({ report, firewall: facts }) => told(report, facts),
  },
});
