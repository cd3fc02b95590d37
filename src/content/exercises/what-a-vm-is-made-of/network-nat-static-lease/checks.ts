import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const GUEST = "smartgo_01";
const NET = "labnet";
const BRIDGE = "virbr10";
const FIXED = "192.168.150.50";
const MAC = "//interface/mac/@address";

/** What in a network's definition is not as asked; undefined when all is. */
function different(xml: Xml): Text | undefined {
  const mode = xml.value("/network/forward/@mode");
  if (mode !== "nat") return { en: `its forward mode is ${mode ?? "none, so it is isolated"}`, "zh-cn": `转发模式是 ${mode ?? "无（隔离网络）"}` };
  const bridge = xml.value("/network/bridge/@name");
  if (bridge !== BRIDGE) return { en: `its bridge is ${bridge ?? "-"}`, "zh-cn": `网桥是 ${bridge ?? "-"}` };
  const ip = "/network/ip[not(@family='ipv6')]";
  const address = xml.value(`${ip}/@address`) ?? "-";
  const mask = xml.value(`${ip}/@netmask`) ?? `/${xml.value(`${ip}/@prefix`) ?? "-"}`;
  if (address !== "192.168.150.1" || (mask !== "255.255.255.0" && mask !== "/24")) {
    return { en: `the host's address in it is ${address}, ${mask}`, "zh-cn": `宿主机在其中的地址是 ${address}，${mask}` };
  }
  const from = xml.value(`${ip}/dhcp/range/@start`) ?? "-";
  const to = xml.value(`${ip}/dhcp/range/@end`) ?? "-";
  if (from !== "192.168.150.100" || to !== "192.168.150.200") return { en: `its DHCP range is ${from} to ${to}`, "zh-cn": `DHCP 范围是 ${from} 到 ${to}` };
  return undefined;
}

function network(libvirt: LibvirtFacts): Outcome {
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: {
        en: `${NET} is active, persistent and autostarted: NAT, ${BRIDGE}, 192.168.150.1/24, DHCP .100 to .200.`,
        "zh-cn": `${NET} 处于活动状态、持久、自动启动：NAT，${BRIDGE}，192.168.150.1/24，DHCP .100 到 .200。`,
      },
      found: { en, "zh-cn": zh },
      look: { en: `\`virsh net-list --all\`, \`virsh net-dumpxml ${NET}\`.`, "zh-cn": `看 \`virsh net-list --all\` 和 \`virsh net-dumpxml ${NET}\`。` },
    });
  const net = libvirt.network(NET);
  if (net === undefined) return wrong(`There is no network ${NET}.`, `没有 ${NET} 网络。`);
  if (!net.persistent) {
    return wrong(
      "It is transient: made with net-create, it is gone when it stops or the host boots.",
      "它是临时的：用 net-create 造的网络，一停止或者宿主机重启就没有了。",
    );
  }
  for (const xml of [net.config, net.live]) {
    const other = xml && different(xml);
    if (other !== undefined) return wrong(`In its definition, ${other.en}.`, `它的定义里，${other["zh-cn"]}。`);
  }
  if (!net.active) {
    return wrong(
      "It is not active. If net-start says “already in use”, another network has the bridge or the addresses.",
      "它没有启动。如果 net-start 提示 already in use，说明网桥或地址已被别的网络占用。",
    );
  }
  if (!net.autostart) return wrong("It is active now, but does not start with the host.", "它现在在运行，但不会随宿主机启动。");
  return passed({ en: `${NET} is active, persistent and autostarted.`, "zh-cn": `${NET} 处于活动状态、持久、自动启动。` });
}

function fixedLease(libvirt: LibvirtFacts): Outcome {
  const expected: Text = { en: `${NET} keeps ${FIXED} for the MAC address of ${GUEST}.`, "zh-cn": `${NET} 把 ${FIXED} 留给 ${GUEST} 的 MAC 地址。` };
  const look: Text = {
    en: `\`virsh domiflist ${GUEST}\` for the MAC address, \`virsh net-dumpxml ${NET}\` for the host lines, also with --inactive.`,
    "zh-cn": `用 \`virsh domiflist ${GUEST}\` 看 MAC 地址，用 \`virsh net-dumpxml ${NET}\` 看 host 行，再加 --inactive 看一遍。`,
  };
  const net = libvirt.network(NET);
  if (net === undefined) return failed({ expected, found: { en: `There is no network ${NET}.`, "zh-cn": `没有 ${NET} 网络。` }, look });
  const guest = libvirt.guest(GUEST);
  const macs = new Set([...(guest?.config?.values(MAC) ?? []), ...(guest?.live?.values(MAC) ?? [])].map((mac) => mac.toLowerCase()));
  const keptBy = (xml: Xml | undefined): string[] => (xml?.values(`//dhcp/host[@ip='${FIXED}']/@mac`) ?? []).map((mac) => mac.toLowerCase());
  const stored = keptBy(net.config);
  const live = keptBy(net.live);
  const good = (kept: readonly string[]): boolean => kept.some((mac) => macs.has(mac));
  if (good(stored) && good(live)) return passed({ en: `${FIXED} is kept for ${stored.join(", ")}.`, "zh-cn": `${FIXED} 留给了 ${stored.join(", ")}。` });
  if (good(live)) {
    return failed({
      expected,
      found: {
        en: "The running network keeps it, but the stored definition does not: gone after the next start of the network.",
        "zh-cn": "运行中的网络有这一条，保存的定义里没有：网络下次启动后就没了。",
      },
      look,
    });
  }
  if (good(stored)) {
    return failed({
      expected,
      found: { en: "The stored definition keeps it, but the network that runs does not.", "zh-cn": "保存的定义里有这一条，运行中的网络没有。" },
      look,
    });
  }
  const other = [...stored, ...live][0];
  if (other !== undefined) {
    return failed({
      expected,
      found: {
        en: `${FIXED} is kept for ${other}, and ${GUEST} has no card with that address. Its own is ${[...macs].join(", ")}.`,
        "zh-cn": `${FIXED} 留给了 ${other}，但 ${GUEST} 没有这个地址的网卡，它的是 ${[...macs].join("、")}。`,
      },
      look,
    });
  }
  return failed({ expected, found: { en: `Nothing is kept for ${FIXED}.`, "zh-cn": `没有保留 ${FIXED}。` }, look });
}

function moved(libvirt: LibvirtFacts): Outcome {
  const guest = libvirt.guest(GUEST);
  const stopped = notRunning(libvirt.state(GUEST));
  if (stopped !== undefined) return stopped;
  const nets = (xml: Xml | undefined): string => xml?.values("//interface/source/@network").join(", ") ?? "";
  const count = (xml: Xml | undefined): number => xml?.values("//interface").length ?? 0;
  const now = nets(guest?.live);
  const later = nets(guest?.config);
  if (now === NET && later === NET && count(guest?.live) === 1 && count(guest?.config) === 1) {
    return passed({ en: `Its card is in ${NET}, live and stored.`, "zh-cn": `它的网卡接在 ${NET} 上，运行时和持久定义都是。` });
  }
  return failed({
    expected: {
      en: `The one network card of ${GUEST} is in ${NET}, live and in the stored definition.`,
      "zh-cn": `${GUEST} 唯一的网卡接在 ${NET} 上，运行时和持久定义都是。`,
    },
    found: {
      en: `Running: ${now || "none"} (cards: ${count(guest?.live)}). Stored: ${later || "none"} (cards: ${count(guest?.config)}).`,
      "zh-cn": `运行时：${now || "无"}（网卡 ${count(guest?.live)} 块）。持久定义：${later || "无"}（网卡 ${count(guest?.config)} 块）。`,
    },
    look: { en: `\`virsh domiflist ${GUEST}\`, and the same with --inactive.`, "zh-cn": `看 \`virsh domiflist ${GUEST}\`，再加 --inactive 看一遍。` },
  });
}

function address(libvirt: LibvirtFacts): Outcome {
  const stopped = notRunning(libvirt.state(GUEST));
  if (stopped !== undefined) return stopped;
  const addresses = libvirt
    .inside("addresses")
    .output.trim()
    .split(/\s+/)
    .filter((one) => one !== "");
  if (addresses.includes(FIXED)) return passed({ en: `The guest has ${FIXED}.`, "zh-cn": `客户机的地址是 ${FIXED}。` });
  return failed({
    expected: { en: `The guest has the address ${FIXED}.`, "zh-cn": `客户机的地址是 ${FIXED}。` },
    found: { en: `It has ${addresses.join(", ") || "no IPv4 address"}.`, "zh-cn": `它的地址：${addresses.join("、") || "没有 IPv4 地址"}。` },
    look: {
      en: `\`virsh net-dhcp-leases ${NET}\` on the host. In the guest: \`ip -br a\`, and \`busybox udhcpc -i eth0 -q\` to ask for an address anew.`,
      "zh-cn": `宿主机上看 \`virsh net-dhcp-leases ${NET}\`。客户机里看 \`ip -br a\`，用 \`busybox udhcpc -i eth0 -q\` 重新申请地址。`,
    },
  });
}

export default defineChecks({
  baseline: {},
  facts: {
    libvirt: libvirtFacts({
      inside: { addresses: { guest: GUEST, command: 'ip -4 -o addr show scope global | awk \'{sub("/.*", "", $4); print $4}\'' } },
    }),
  },
  tasks: {
    network: ({ libvirt }) => network(libvirt),
    "fixed-lease": ({ libvirt }) => fixedLease(libvirt),
    moved: ({ libvirt }) => moved(libvirt),
    address: ({ libvirt }) => address(libvirt),
  },
});
