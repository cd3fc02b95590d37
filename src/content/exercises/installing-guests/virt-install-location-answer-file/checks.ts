import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";

const NAME = "smartgo_ks";
const HOSTNAME = "smartgo-ks";
const HOST = "192.168.122.1";
const URL = `http://${HOST}:8000/ks.cfg`;
const HAS_AGENT = "//channel/target[@name='org.qemu.guest_agent.0']";

/** What the new system tells of itself: its name, its ticket, and those lines of the installer's log that speak of answers. */
const TOLD = `hostname; head -c 100 /etc/ticket 2>/dev/null | head -n 1; echo; echo --; grep -aE '^ *(Answer file|fetched|No answer file)|^unknown option' /var/log/installer.log`;
interface System {
  readonly hostname: string;
  readonly ticket: string;
  readonly log: readonly string[];
}
function systemOf(libvirt: LibvirtFacts): System {
  const [told = "", log = ""] = libvirt.inside("system").output.split("\n--\n");
  const [hostname = "", ticket = ""] = told.split("\n");
  const lines = log.split("\n").map((line) => line.trim());
  return { hostname: hostname.trim(), ticket: ticket.trim(), log: lines.filter((line) => line !== "") };
}

/** Who listens on port 8000, and what the guests' network is answered there: an HTTP status, 000 when nothing. */
const server = textFrom(`
ss -Hltn 'sport = :8000' | awk '{ print $4 }' | sort -u | paste -sd ' '
curl -s -m 3 -o /dev/null -w '%{http_code}' ${URL} || true
`);

/** Failed when there is no such guest. */
function missing(libvirt: LibvirtFacts): Outcome | undefined {
  if (libvirt.guest(NAME) !== undefined) return undefined;
  return failed({
    expected: { en: `libvirt knows a guest named ${NAME}.`, "zh-cn": `libvirt 认识名为 ${NAME} 的客户机。` },
    found: { en: "It does not.", "zh-cn": "它不认识。" },
    look: { en: "`virsh list --all`.", "zh-cn": "看 `virsh list --all`。" },
  });
}

/** Why the system cannot be asked yet; undefined when it can. */
function unreachable(libvirt: LibvirtFacts): { found: Text; look: Text } | undefined {
  const guest = libvirt.guest(NAME);
  const console: Text = {
    en: `\`virsh console ${NAME}\` shows what it does, if its kernel was given console=ttyS0; Enter, and Ctrl+] to leave.`,
    "zh-cn": `\`virsh console ${NAME}\` 能看到它在做什么（前提是内核带了 console=ttyS0）；按 Enter，用 Ctrl+] 退出。`,
  };
  if (guest?.state === "shut-off") {
    return {
      found: { en: `${NAME} is off.`, "zh-cn": `${NAME} 没有开机。` },
      look: {
        en: `With --noautoconsole nobody starts it after its installation: \`virsh start ${NAME}\`, then \`virsh console ${NAME}\`.`,
        "zh-cn": `用了 --noautoconsole，装完没有人启动它：\`virsh start ${NAME}\`，再 \`virsh console ${NAME}\`。`,
      },
    };
  }
  if (guest?.live?.has("//os/kernel") === true) {
    return {
      found: { en: "It runs the installer’s kernel: the installation is not over.", "zh-cn": "它正在运行安装程序的内核：安装还没有结束。" },
      look: console,
    };
  }
  if (libvirt.answered("system")) return undefined;
  if (guest?.live?.has(HAS_AGENT) === false) {
    return {
      found: { en: "It has no channel for the guest agent, so nobody can see into it.", "zh-cn": "它没有客户机代理的通道，没法看到里面。" },
      look: {
        en: "`--osinfo linux2024` brings the channel. Later: `virt-xml smartgo_ks --add-device --channel type=unix,target.type=virtio,target.name=org.qemu.guest_agent.0`, and a power cycle.",
        "zh-cn":
          "`--osinfo linux2024` 会带上通道。事后可以 `virt-xml smartgo_ks --add-device --channel type=unix,target.type=virtio,target.name=org.qemu.guest_agent.0`，再关机重启。",
      },
    };
  }
  return {
    found: {
      en: "It runs without the installer, but the system in it does not answer: it is starting, or there is none on its disk.",
      "zh-cn": "它在运行，也不是安装程序，但里面的系统没有回答：还在启动，或者磁盘上没有系统。",
    },
    look: console,
  };
}

function installed(libvirt: LibvirtFacts): Outcome {
  const expected: Text = { en: `${NAME} runs from its disk, as ${HOSTNAME}.`, "zh-cn": `${NAME} 从自己的磁盘运行，主机名是 ${HOSTNAME}。` };
  const absent = missing(libvirt);
  if (absent !== undefined) return absent;
  const blocked = unreachable(libvirt);
  const state = libvirt.state(NAME);
  if (state.state !== "shut-off" && state.state !== "running") return notRunning(state) ?? failed({ expected, found: expected, look: expected });
  if (blocked !== undefined) return failed({ expected, ...blocked });
  const { hostname } = systemOf(libvirt);
  if (hostname === HOSTNAME) return passed({ en: `It runs from its disk, as ${HOSTNAME}.`, "zh-cn": `它从磁盘运行，主机名是 ${HOSTNAME}。` });
  return failed({
    expected,
    found: { en: `Its host name is ${hostname || "empty"}.`, "zh-cn": `它的主机名是 ${hostname || "空的"}。` },
    look: {
      en: "The answer is `network --bootproto=dhcp --hostname=smartgo-ks`. Put it right and install again, or change /etc/hostname in the guest and restart it.",
      "zh-cn": "对应的回答是 `network --bootproto=dhcp --hostname=smartgo-ks`。改好再装一遍，或者改客户机里的 /etc/hostname 再重启。",
    },
  });
}

/** What keeps the installer from its answers, as far as it can be seen from the host. */
function obstacle(libvirt: LibvirtFacts, said: string): { found: Text; look: Text } | undefined {
  const guest = libvirt.guest(NAME);
  const line = guest?.live?.value("//os/cmdline") ?? guest?.config?.value("//os/cmdline");
  const extra: Text = {
    en: `\`virsh dumpxml ${NAME} --xpath //cmdline\` shows what the installer’s kernel was given.`,
    "zh-cn": `\`virsh dumpxml ${NAME} --xpath //cmdline\` 能看到安装程序的内核拿到了什么参数。`,
  };
  if (line !== undefined) {
    const words = line.split(/\s+/);
    const given = words.find((word) => word.startsWith("inst.ks="));
    if (given === undefined) {
      const old = words.find((word) => word.startsWith("ks="));
      if (old !== undefined) {
        return {
          found: {
            en: `Its kernel was given ${old}. The installer knows inst.ks= only, and stands there with its questions.`,
            "zh-cn": `内核拿到的是 ${old}。安装程序只认 inst.ks=，现在正停在那里提问。`,
          },
          look: extra,
        };
      }
      return { found: { en: "Its kernel was not given any inst.ks=.", "zh-cn": "内核参数里没有 inst.ks=。" }, look: extra };
    }
    if (/\/\/(127\.|localhost)/.test(given)) {
      return {
        found: { en: `It was given ${given}: to the guest, that is the guest itself.`, "zh-cn": `它拿到的是 ${given}：对客户机来说，那是它自己。` },
        look: extra,
      };
    }
  }
  const [listeners = "", status = ""] = said.split("\n");
  if (status === "200") return undefined;
  // The server may stop once the installer has been through: only of one that runs now, or of a guest that is off, can it be the obstacle.
  const installing = guest?.live?.has("//os/kernel") === true;
  if (guest?.live !== undefined && !installing) return undefined;
  const test: Text = { en: `\`ss -ltn\`, and \`curl ${URL}\` on the host.`, "zh-cn": `在宿主机上看 \`ss -ltn\` 和 \`curl ${URL}\`。` };
  if (listeners.trim() === "" && !installing) return undefined;
  if (listeners.trim() === "") return { found: { en: "Nothing listens on port 8000.", "zh-cn": "没有程序在 8000 端口上监听。" }, look: test };
  if (status === "000") {
    return {
      found: {
        en: `The server listens on ${listeners}, where guests do not come.`,
        "zh-cn": `服务器监听的是 ${listeners}，客户机到不了那里。`,
      },
      look: test,
    };
  }
  return {
    found: { en: `${URL} is answered with ${status}.`, "zh-cn": `${URL} 返回的是 ${status}。` },
    look: {
      en: "The server gives out the directory in which it was started. ks.cfg must lie there.",
      "zh-cn": "服务器提供的是它启动时所在的目录，ks.cfg 要放在那里。",
    },
  };
}

function fetched(libvirt: LibvirtFacts, said: string): Outcome {
  const expected: Text = { en: `The installer fetched its answers from ${URL}.`, "zh-cn": `安装程序从 ${URL} 取得应答文件。` };
  const absent = missing(libvirt);
  if (absent !== undefined) return absent;
  const blocked = unreachable(libvirt);
  if (blocked !== undefined) return failed({ expected, ...(obstacle(libvirt, said) ?? blocked) });
  const { log } = systemOf(libvirt);
  const place = log.findIndex((line) => line.startsWith("fetched")) - 1;
  const from = log[place]?.replace("Answer file: ", "");
  if (from !== undefined && new RegExp(`^(http|ftp)://${HOST.replaceAll(".", "\\.")}[:/]`).test(from)) {
    return passed({ en: `The installer’s log says: ${from}.`, "zh-cn": `安装程序的日志里写着：${from}。` });
  }
  const look: Text = { en: "/var/log/installer.log in the guest.", "zh-cn": "看客户机里的 /var/log/installer.log。" };
  if (log.length === 0) {
    return failed({ expected, found: { en: "The system has no log of this installer.", "zh-cn": "系统里没有这个安装程序的日志。" }, look });
  }
  return failed({ expected, found: { en: `Its log says: ${from ?? log[0]}`, "zh-cn": `日志里写着：${from ?? log[0]}` }, look });
}

function ticket(libvirt: LibvirtFacts, right: string): Outcome {
  const expected: Text = { en: `/etc/ticket in the guest holds ${right}.`, "zh-cn": `客户机里的 /etc/ticket 写着 ${right}。` };
  const absent = missing(libvirt);
  if (absent !== undefined) return absent;
  const blocked = unreachable(libvirt);
  if (blocked !== undefined) return failed({ expected, ...blocked });
  const found = systemOf(libvirt).ticket;
  if (found === right) return passed({ en: `/etc/ticket: ${right}.`, "zh-cn": `/etc/ticket：${right}。` });
  return failed({
    expected,
    found: found === "" ? { en: "It is absent or empty.", "zh-cn": "没有这个文件，或者是空的。" } : { en: `It holds ${found}.`, "zh-cn": `里面是 ${found}。` },
    look: {
      en: "`%post` of the answer file runs in the guest: /root/ticket of the host is not there. The installer’s log tells what it printed.",
      "zh-cn": "应答文件的 `%post` 在客户机里运行，那里没有宿主机的 /root/ticket。它输出了什么，安装程序的日志里有。",
    },
  });
}

function definition(libvirt: LibvirtFacts): Outcome {
  const absent = missing(libvirt);
  if (absent !== undefined) return absent;
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: {
        en: "The kept definition boots from the disk, without a kernel of its own, and restarts on a restart.",
        "zh-cn": "保存的定义从磁盘启动，不带内核，重启时重新启动。",
      },
      found: { en, "zh-cn": zh },
      look: {
        en: `\`virsh dumpxml ${NAME} --inactive --xpath '//os|//on_reboot'\`; \`virsh edit ${NAME}\` repairs it.`,
        "zh-cn": `看 \`virsh dumpxml ${NAME} --inactive --xpath '//os|//on_reboot'\`，用 \`virsh edit ${NAME}\` 修改。`,
      },
    });
  const xml = libvirt.guest(NAME)?.config;
  if (xml === undefined) return wrong("It is transient: nothing is kept.", "它是临时的，没有保存的定义。");
  if (xml.has("//os/kernel")) {
    return wrong("It has a <kernel>: each start runs the installer again.", "定义里有 <kernel>：每次启动都会再次运行安装程序。");
  }
  const first = xml.value("//os/boot[1]/@dev");
  if (first !== undefined ? first !== "hd" : !xml.has("//disk[@device='disk' or not(@device)]/boot[@order='1']")) {
    return wrong(`It starts from ${first ?? "something else"} first.`, `它首先从 ${first ?? "别处"} 启动。`);
  }
  const reboot = xml.value("/domain/on_reboot") ?? "-";
  if (reboot !== "restart") return wrong(`on_reboot is ${reboot}.`, `on_reboot 是 ${reboot}。`);
  return passed({ en: "It boots from the disk, with no kernel, and restarts on a restart.", "zh-cn": "它从磁盘启动，不带内核，重启时重新启动。" });
}

export default defineChecks({
  baseline: { ticket: textFrom("cat /root/ticket") },
  facts: { libvirt: libvirtFacts({ inside: { system: { guest: NAME, command: TOLD } }, seconds: 8 }), server },
  tasks: {
    installed: ({ libvirt }) => installed(libvirt),
    fetched: ({ libvirt, server: said }) => fetched(libvirt, said),
    ticket: ({ libvirt }, start) => ticket(libvirt, start.ticket),
    definition: ({ libvirt }) => definition(libvirt),
  },
});
