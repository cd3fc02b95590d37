import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { fileAt, type HostFile, jsonFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";

const NETWORK = "default";
const GUEST = "smartgo_01";
const PATH = "/root/address.txt";
const GATEWAY = "192.168.122.1/24";

/** IPv4 addresses of virbr0 in the host; null when there is no such interface. */
const bridge = jsonFrom(
  z.array(z.string()).nullable(),
  "ip -j -4 addr show dev virbr0 2>/dev/null | jq -c '[.[0].addr_info[]? | \"\\(.local)/\\(.prefixlen)\"]' | grep . || echo null",
);

const list: Text = {
  en: "`virsh net-list --all`: the columns State, Autostart and Persistent.",
  "zh-cn": "`virsh net-list --all`：看 State、Autostart 和 Persistent 三列。",
};

function active(libvirt: LibvirtFacts, addresses: readonly string[] | null): Outcome {
  const expected: Text = {
    en: `The network ${NETWORK} is active, and virbr0 has ${GATEWAY}.`,
    "zh-cn": `网络 ${NETWORK} 是活动的，virbr0 有地址 ${GATEWAY}。`,
  };
  const network = libvirt.network(NETWORK);
  const ours = network?.live?.value("/network/bridge/@name") === "virbr0";
  if (network?.active && ours && addresses?.includes(GATEWAY)) {
    return passed({ en: `${NETWORK} is active, and virbr0 has ${GATEWAY}.`, "zh-cn": `${NETWORK} 是活动的，virbr0 有 ${GATEWAY}。` });
  }
  if (network === undefined) {
    return failed({
      expected,
      found: { en: `libvirt has no network of this name any more.`, "zh-cn": "libvirt 里已经没有这个名字的网络。" },
      look: { en: `${list.en} Reset the host to begin again.`, "zh-cn": `${list["zh-cn"]}请重置宿主机，重新开始。` },
    });
  }
  if (!network.active && addresses !== null) {
    return failed({
      expected,
      found: {
        en: "There is a bridge virbr0, but libvirt's network is inactive: the bridge was made by hand.",
        "zh-cn": "网桥 virbr0 是有的，但 libvirt 的网络没有启动：这个网桥是手工建的。",
      },
      look: {
        en: "A bridge is not a network: DHCP, DNS and the firewall rules are missing, and libvirt does not use it. `ip link del virbr0`, then `virsh net-start`.",
        "zh-cn": "网桥不等于网络：缺 DHCP、DNS 和防火墙规则，libvirt 也不会用它。先 `ip link del virbr0`，再 `virsh net-start`。",
      },
    });
  }
  if (!network.active) return failed({ expected, found: { en: `${NETWORK} is inactive.`, "zh-cn": `${NETWORK} 没有启动。` }, look: list });
  return failed({
    expected,
    found: {
      en: `${NETWORK} is active, but virbr0 has ${addresses?.join(", ") || "no address"}.`,
      "zh-cn": `${NETWORK} 是活动的，但 virbr0 的地址是 ${addresses?.join("、") || "空的"}。`,
    },
    look: { en: "`ip -br addr`, and `virsh net-dumpxml default`.", "zh-cn": "看 `ip -br addr` 和 `virsh net-dumpxml default`。" },
  });
}

function lasting(libvirt: LibvirtFacts): Outcome {
  const network = libvirt.network(NETWORK);
  if (network?.persistent && network.autostart) {
    return passed({ en: `${NETWORK} is persistent and marked for autostart.`, "zh-cn": `${NETWORK} 是持久的，并且设为自动启动。` });
  }
  const expected: Text = { en: `${NETWORK} is persistent and marked for autostart.`, "zh-cn": `${NETWORK} 是持久的，并且设为自动启动。` };
  if (network !== undefined && !network.persistent) {
    return failed({
      expected,
      found: { en: `${NETWORK} runs without a stored definition: it is transient.`, "zh-cn": `${NETWORK} 在运行，但没有保存的定义：它是临时的。` },
      look: {
        en: "`net-create` makes such networks. `virsh net-dumpxml` into a file and `virsh net-define` give it a definition; then mark it.",
        "zh-cn": "`net-create` 建的就是这种网络。用 `virsh net-dumpxml` 存成文件，再 `virsh net-define`，它就有定义了；然后再做标记。",
      },
    });
  }
  return failed({
    expected,
    found:
      network === undefined
        ? { en: "There is no such network.", "zh-cn": "没有这个网络。" }
        : { en: "It is not marked for autostart.", "zh-cn": "没有设为自动启动。" },
    look: list,
  });
}

function address(libvirt: LibvirtFacts, file: HostFile): Outcome {
  const stopped = notRunning(libvirt.state(GUEST));
  if (stopped !== undefined) {
    return failed({
      expected: { en: `${GUEST} is running and has a lease.`, "zh-cn": `${GUEST} 正在运行，并且租到了地址。` },
      found: { en: `${GUEST} is not running.`, "zh-cn": `${GUEST} 没有在运行。` },
      look: { en: `First the network, then \`virsh start ${GUEST}\`.`, "zh-cn": `先启动网络，再 \`virsh start ${GUEST}\`。` },
    });
  }
  const macs = libvirt.guest(GUEST)?.live?.values(`//interface[source/@network='${NETWORK}']/mac/@address`) ?? [];
  const leases = (libvirt.network(NETWORK)?.leases ?? []).filter(({ mac }) => macs.includes(mac)).map((lease) => lease.address);
  if (leases.length === 0) {
    return failed({
      expected: { en: `The network has lent ${GUEST} an address.`, "zh-cn": `网络借给了 ${GUEST} 一个地址。` },
      found: { en: "It has none yet.", "zh-cn": "它还没有地址。" },
      look: {
        en: "A booting guest needs about half a minute. `virsh net-dhcp-leases default` tells.",
        "zh-cn": "客户机启动大约需要半分钟。用 `virsh net-dhcp-leases default` 看。",
      },
    });
  }
  const expected: Text = { en: `${PATH} holds the address that was lent to ${GUEST}.`, "zh-cn": `${PATH} 里是借给 ${GUEST} 的地址。` };
  const look: Text = {
    en: "`virsh net-dhcp-leases default`: the row with the guest's MAC address.",
    "zh-cn": "`virsh net-dhcp-leases default`：看客户机 MAC 地址那一行。",
  };
  if (file.state !== "read") {
    return failed({
      expected,
      found: { en: "There is no such file yet.", "zh-cn": "还没有这个文件。" },
      look: { en: `${look.en} Write it with \`nano ${PATH}\`.`, "zh-cn": `${look["zh-cn"]}用 \`nano ${PATH}\` 写下来。` },
    });
  }
  const said = file.text.trim().replace(/\/24$/, "");
  if (leases.includes(said)) return passed({ en: `${GUEST} has ${said}.`, "zh-cn": `${GUEST} 的地址是 ${said}。` });
  const short = said.slice(0, 40);
  return failed({ expected, found: { en: `The file says “${short}”.`, "zh-cn": `文件里写的是“${short}”。` }, look });
}

export default defineChecks({
  baseline: {},
  facts: { libvirt: libvirtFacts(), bridge, file: fileAt(PATH) },
  tasks: {
    active: ({ libvirt, bridge: addresses }) => active(libvirt, addresses),
    lasting: ({ libvirt }) => lasting(libvirt),
    address: ({ libvirt, file }) => address(libvirt, file),
  },
});
