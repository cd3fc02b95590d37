import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { jsonFrom, textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const NET = "pxenet";
const NAME = "pxe1";
const ROOT = "/srv/tftp";
const HAS_AGENT = "//channel/target[@name='org.qemu.guest_agent.0']";
const DISK = "//disk[@device='disk' or not(@device)]";

/** What dnsmasq, which serves as nobody, cannot read, and the last thing that it said about TFTP. */
const tftpSchema = z.object({ unreadable: z.array(z.string()), said: z.string() });
export type Tftp = z.infer<typeof tftpSchema>;
const tftp = jsonFrom(
  tftpSchema,
  `
unreadable=$(runuser -u nobody -- sh -c 'for file in ${ROOT} ${ROOT}/*; do [ -r "$file" ] || echo "$file"; done' 2>/dev/null || true)
said=$(journalctl -t dnsmasq-tftp -n 1 -o cat --no-pager 2>/dev/null || true)
jq -n --arg unreadable "$unreadable" --arg said "$said" '{unreadable: ($unreadable | split("\\n") | map(select(. != ""))), said: $said}'
`,
);

/** What in a network's definition is not as asked; undefined when all is. */
function different(xml: Xml): Text | undefined {
  const ip = "/network/ip[not(@family='ipv6')]";
  const address = xml.value(`${ip}/@address`) ?? "-";
  const mask = xml.value(`${ip}/@netmask`) ?? `/${xml.value(`${ip}/@prefix`) ?? "-"}`;
  if (address !== "192.168.160.1" || (mask !== "255.255.255.0" && mask !== "/24")) {
    return { en: `the host’s address in it is ${address}, ${mask}`, "zh-cn": `宿主机在其中的地址是 ${address}，${mask}` };
  }
  if (!xml.has(`${ip}/dhcp/range`) && !xml.has(`${ip}/dhcp/host`)) return { en: "DHCP has no addresses to give", "zh-cn": "DHCP 没有可分配的地址" };
  if (xml.value(`${ip}/dhcp/bootp/@file`) === undefined) return { en: "DHCP names no boot file", "zh-cn": "DHCP 没有给出启动文件" };
  const root = xml.value(`${ip}/tftp/@root`)?.replace(/\/+$/, "");
  if (root !== ROOT) {
    return root === undefined ? { en: "there is no TFTP", "zh-cn": "没有 TFTP" } : { en: `TFTP serves ${root}`, "zh-cn": `TFTP 提供的是 ${root}` };
  }
  return undefined;
}

function network(libvirt: LibvirtFacts): Outcome {
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: {
        en: `${NET} is active and persistent: 192.168.160.1/24, DHCP with a boot file, TFTP from ${ROOT}.`,
        "zh-cn": `${NET} 处于活动状态并且持久：192.168.160.1/24，DHCP 给出启动文件，TFTP 从 ${ROOT} 提供文件。`,
      },
      found: { en, "zh-cn": zh },
      look: {
        en: `\`virsh net-list --all\`, \`virsh net-dumpxml ${NET}\`. After \`net-edit\`, \`net-destroy\` and \`net-start\` bring the change into force.`,
        "zh-cn": `看 \`virsh net-list --all\` 和 \`virsh net-dumpxml ${NET}\`。\`net-edit\` 之后，要 \`net-destroy\` 再 \`net-start\` 才会生效。`,
      },
    });
  const net = libvirt.network(NET);
  if (net === undefined) return wrong(`There is no network ${NET}.`, `没有 ${NET} 网络。`);
  for (const [xml, en, zh] of [
    [net.config, "stored", "保存的"],
    [net.live, "running", "运行中的"],
  ] as const) {
    const other = xml && different(xml);
    if (other !== undefined) return wrong(`In its ${en} definition, ${other.en}.`, `在${zh}定义里，${other["zh-cn"]}。`);
  }
  if (!net.persistent) return wrong("It is transient: gone when it stops.", "它是临时的：一停止就没有了。");
  if (!net.active) {
    return wrong(
      "It is not active. If net-start says “already in use”, another network has the bridge or the addresses.",
      "它没有启动。如果 net-start 提示 already in use，说明网桥或地址已被别的网络占用。",
    );
  }
  return passed({ en: `${NET} is active, with DHCP, a boot file and TFTP.`, "zh-cn": `${NET} 处于活动状态，有 DHCP、启动文件和 TFTP。` });
}

/** Where the guest's cards are connected: networks by name, and the bridge of ours as well. */
function cards(libvirt: LibvirtFacts, xml: Xml | undefined): string[] {
  const bridge = libvirt.network(NET)?.live?.value("/network/bridge/@name");
  const bridges = xml?.values("//interface/source/@bridge") ?? [];
  // A running card of a network has both: its network's name counts.
  const named = xml?.values("//interface/source/@network") ?? [];
  return named.length > 0 ? named : bridges.map((one) => (one === bridge ? NET : one));
}

function missing(libvirt: LibvirtFacts): Outcome | undefined {
  if (libvirt.guest(NAME) !== undefined) return undefined;
  return failed({
    expected: { en: `libvirt knows a guest named ${NAME}.`, "zh-cn": `libvirt 认识名为 ${NAME} 的客户机。` },
    found: { en: "It does not.", "zh-cn": "它不认识。" },
    look: { en: "`virsh list --all`.", "zh-cn": "看 `virsh list --all`。" },
  });
}

function guest(libvirt: LibvirtFacts): Outcome {
  const absent = missing(libvirt);
  if (absent !== undefined) return absent;
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: {
        en: `${NAME} is kept: 512 MiB, no disk, a card in ${NET}, boot from the network, no kernel file.`,
        "zh-cn": `保存着 ${NAME}：512 MiB，没有磁盘，网卡接在 ${NET} 上，从网络启动，没有内核文件。`,
      },
      found: { en, "zh-cn": zh },
      look: {
        en: `\`virsh dumpxml ${NAME} --inactive\`: os, memory, disk, interface.`,
        "zh-cn": `看 \`virsh dumpxml ${NAME} --inactive\` 里的 os、memory、disk、interface。`,
      },
    });
  const xml = libvirt.guest(NAME)?.config;
  if (xml === undefined) return wrong("It is transient, and gone as soon as it stops.", "它是临时的，一停就没了。");
  if (xml.has("//os/kernel")) {
    return wrong("It has a <kernel>: QEMU loads that file itself, and the network is not asked.", "定义里有 <kernel>：QEMU 会自己加载这个文件，根本不问网络。");
  }
  const mib = (xml.number("/domain/memory") ?? 0) / 1024;
  if (mib !== 512) return wrong(`It has ${mib} MiB.`, `它有 ${mib} MiB 内存。`);
  if (xml.has(DISK)) return wrong("It has a disk.", "它有磁盘。");
  const where = cards(libvirt, xml);
  if (!where.includes(NET)) {
    return where.length === 0
      ? wrong("It has no network card in a network.", "它没有接到网络上的网卡。")
      : wrong(`Its card is in ${where.join(", ")}.`, `它的网卡接在 ${where.join("、")} 上。`);
  }
  const first = xml.value("//os/boot[1]/@dev");
  if (first !== undefined ? first !== "network" : !xml.has("//interface/boot[@order='1']")) {
    return wrong(`It starts from ${first ?? "something else"} first.`, `它首先从 ${first ?? "别处"} 启动。`);
  }
  return passed({ en: `512 MiB, no disk, from the network ${NET}.`, "zh-cn": `512 MiB，没有磁盘，从网络 ${NET} 启动。` });
}

function netboot(libvirt: LibvirtFacts, { unreadable, said }: Tftp, ticket: string): Outcome {
  const absent = missing(libvirt);
  if (absent !== undefined) return absent;
  const word = `smartgo.ticket=${ticket}`;
  const journal: Text = {
    en: "`journalctl -t dnsmasq-dhcp -t dnsmasq-tftp -e` on the host.",
    "zh-cn": "在宿主机上看 `journalctl -t dnsmasq-dhcp -t dnsmasq-tftp -e`。",
  };
  const wrong = (en: string, zh: string, look: Text = journal): Outcome =>
    failed({
      expected: { en: `${NAME} has booted from ${NET}, and its kernel was given ${word}.`, "zh-cn": `${NAME} 已从 ${NET} 启动，内核参数里有 ${word}。` },
      found: { en, "zh-cn": zh },
      look,
    });
  const state = libvirt.state(NAME);
  if (state.state === "shut-off") {
    return wrong(`${NAME} is off.`, `${NAME} 没有开机。`, { en: `\`virsh start ${NAME}\`.`, "zh-cn": `\`virsh start ${NAME}\`。` });
  }
  const stopped = notRunning(state);
  if (stopped !== undefined) return stopped;
  const live = libvirt.guest(NAME)?.live;
  const os: Text = { en: `\`virsh dumpxml ${NAME} --xpath //os\`.`, "zh-cn": `看 \`virsh dumpxml ${NAME} --xpath //os\`。` };
  if (live?.has("//os/kernel") === true) {
    return wrong("Its kernel was loaded from a file of the host, not over the network.", "它的内核是从宿主机的文件加载的，不是从网络来的。", os);
  }
  const where = cards(libvirt, live);
  if (!where.includes(NET)) return wrong(`Its card is in ${where.join(", ") || "no network"}.`, `它的网卡接在 ${where.join("、") || "别处"}。`);
  const macs = (live?.values("//interface/mac/@address") ?? []).map((mac) => mac.toLowerCase());
  const lease = libvirt.network(NET)?.leases.find(({ mac }) => macs.includes(mac.toLowerCase()));
  if (!libvirt.answered("line")) {
    if (unreadable.length > 0) {
      return wrong(`dnsmasq, which runs as nobody, may not read ${unreadable.join(", ")}.`, `dnsmasq 以 nobody 用户运行，读不了 ${unreadable.join("、")}。`, {
        en: `\`ls -l ${ROOT}\`, \`chmod -R a+rX ${ROOT}\`.`,
        "zh-cn": `看 \`ls -l ${ROOT}\`，用 \`chmod -R a+rX ${ROOT}\` 修正。`,
      });
    }
    if (lease === undefined) return wrong(`${NET} has given it no address.`, `${NET} 没有给它分配地址。`);
    if (live?.has(HAS_AGENT) === false) {
      return wrong("It has no channel for the guest agent, so nobody can see into it.", "它没有客户机代理的通道，没法看到里面。", {
        en: "`--osinfo linux2024` brings the channel.",
        "zh-cn": "`--osinfo linux2024` 会带上通道。",
      });
    }
    return wrong(
      `It has the address ${lease.address}, but no system answers. TFTP said last: ${said || "nothing"}`,
      `它有地址 ${lease.address}，但没有系统回答。TFTP 最后说的是：${said || "什么也没有"}`,
      {
        en: `${journal.en} If all files were sent, it is starting: \`virsh console ${NAME}\`.`,
        "zh-cn": `${journal["zh-cn"]}如果文件都发送了，它就正在启动：\`virsh console ${NAME}\`。`,
      },
    );
  }
  const line = libvirt.inside("line").output.trim();
  if (!line.split(/\s+/).includes(word)) {
    return wrong(`Its kernel was given: ${line || "nothing"}`, `它的内核参数是：${line || "空的"}`, {
      en: `/root/ticket, and the kernel line of the boot file in ${ROOT}. A changed file counts at the next start.`,
      "zh-cn": `看 /root/ticket 和 ${ROOT} 里启动文件的 kernel 一行。改过的文件下次启动才有效。`,
    });
  }
  if (lease === undefined) return wrong(`It runs, but ${NET} has given it no address.`, `它在运行，但 ${NET} 没有给它分配地址。`);
  return passed({ en: `It booted from ${NET}, has ${lease.address}, and ${word}.`, "zh-cn": `它从 ${NET} 启动，地址 ${lease.address}，带着 ${word}。` });
}

export default defineChecks({
  baseline: { ticket: textFrom("cat /root/ticket") },
  facts: { libvirt: libvirtFacts({ inside: { line: { guest: NAME, command: "cat /proc/cmdline" } }, seconds: 8 }), tftp },
  tasks: {
    network: ({ libvirt }) => network(libvirt),
    guest: ({ libvirt }) => guest(libvirt),
    netboot: ({ libvirt, tftp: served }, { ticket }) => netboot(libvirt, served, ticket),
  },
});
