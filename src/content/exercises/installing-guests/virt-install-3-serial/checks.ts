import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { disk, machine, missing, type NewGuest } from "../../../../../lab-server/grading/judges/new-guest.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { type Traces, tracesOf } from "../../../../../lab-server/grading/probes/new-guest.ts";

const NAME = "smartgo3";
const DISK = "/var/lib/libvirt/images/smartgo3.img";
const SERIAL = "ttyS0";

const made = ({ libvirt, traces }: { readonly libvirt: LibvirtFacts; readonly traces: Traces }): NewGuest => ({ name: NAME, libvirt, traces });

/** The console on which a kernel with this command line asks: the last one named. */
function asksOn(commandLine: string): string | undefined {
  return commandLine
    .split(/\s+/)
    .filter((word) => word.startsWith("console="))
    .at(-1)
    ?.slice("console=".length)
    .split(",")[0];
}

function noScreen(guest: NewGuest): Outcome {
  const absent = missing(guest);
  if (absent !== undefined) return absent;
  const known = guest.libvirt.guest(NAME);
  const wrong = (found: Text): Outcome =>
    failed({
      expected: {
        en: `${NAME} has a serial console and no screen, running and stored.`,
        "zh-cn": `${NAME} 有串口控制台，没有图形界面，运行时和持久定义都是。`,
      },
      found,
      look: {
        en: `\`virsh dumpxml ${NAME} --xpath '//graphics|//console'\`, also with --inactive.`,
        "zh-cn": `看 \`virsh dumpxml ${NAME} --xpath '//graphics|//console'\`，再加 --inactive 看一遍。`,
      },
    });
  for (const xml of [known?.live, known?.config]) {
    if (xml === undefined) continue;
    const screens = xml.values("//graphics/@type");
    if (screens.length > 0) return wrong({ en: `It has a screen: ${screens.join(", ")}.`, "zh-cn": `它有图形界面：${screens.join("、")}。` });
    if (!xml.has("//console[target/@type='serial']") && !xml.has("//serial")) return wrong({ en: "It has no serial console.", "zh-cn": "它没有串口控制台。" });
  }
  return passed({ en: "A serial console, and no screen.", "zh-cn": "有串口控制台，没有图形界面。" });
}

/** The guest's own answers, `name=value` a line; undefined when its agent is silent. */
function answers(libvirt: LibvirtFacts): ReadonlyMap<string, string> | undefined {
  if (!libvirt.answered("inside")) return undefined;
  const lines = libvirt.inside("inside").output.split("\n");
  return new Map(lines.flatMap((line) => (line.includes("=") ? [[line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1).trim()]] : [])));
}

/** Why the running guest has no system of its own yet. */
function stillInstalling({ libvirt }: NewGuest): { readonly found: Text; readonly look: Text } {
  const live = libvirt.guest(NAME)?.live;
  const commandLine = live?.value("//os/cmdline") ?? "";
  if (live?.has("//os/kernel") === true) {
    if (asksOn(commandLine) === SERIAL) {
      return {
        found: { en: "The installer is running, and has not finished.", "zh-cn": "安装程序正在运行，还没有结束。" },
        look: { en: `Answer it: \`virsh console ${NAME}\`, then Enter.`, "zh-cn": `去回答它的问题：\`virsh console ${NAME}\`，再按 Enter。` },
      };
    }
    return {
      found: {
        en: `The installer's kernel was started with “${commandLine}”: no console=${SERIAL}, so it speaks to a screen that is not there.`,
        "zh-cn": `安装程序的内核参数是“${commandLine}”：没有 console=${SERIAL}，它在对着并不存在的屏幕说话。`,
      },
      look: {
        en: `\`virsh dumpxml ${NAME} --xpath //os/cmdline\`. Remove the guest and begin again, with \`--extra-args console=${SERIAL}\`.`,
        "zh-cn": `看 \`virsh dumpxml ${NAME} --xpath //os/cmdline\`。删掉这台客户机重来，加上 \`--extra-args console=${SERIAL}\`。`,
      },
    };
  }
  return {
    found: {
      en: "It was started from the disc, whose own options put the questions on tty0, a screen. This guest has none.",
      "zh-cn": "它是从光盘启动的，光盘自带的参数让问题出现在 tty0，也就是屏幕上。这台客户机没有屏幕。",
    },
    look: {
      en: `\`virsh console ${NAME}\` shows that nothing is asked there. Kernel options go with \`--location\`, not with \`--cdrom\`.`,
      "zh-cn": `\`virsh console ${NAME}\` 上没有人提问。内核参数要配 \`--location\`，不能配 \`--cdrom\`。`,
    },
  };
}

function installed(guest: NewGuest): Outcome {
  const absent = missing(guest);
  if (absent !== undefined) return absent;
  const { libvirt, traces } = guest;
  const expected = { en: `${NAME} runs a system that was installed over ${SERIAL}.`, "zh-cn": `${NAME} 运行着通过 ${SERIAL} 装好的系统。` };
  const state = libvirt.state(NAME);
  if (state.state === "shut-off") {
    return traces.bootable
      ? failed({
          expected,
          found: { en: "A system is on its disk, and it is off.", "zh-cn": "系统已经在磁盘上，但它没有开机。" },
          look: { en: `\`virsh start ${NAME}\`.`, "zh-cn": `\`virsh start ${NAME}\`。` },
        })
      : failed({
          expected,
          found: { en: "It is off, and there is no system on its disk.", "zh-cn": "它没有开机，磁盘上也没有系统。" },
          look: {
            en: `The installer was there for the first start only. \`virsh undefine ${NAME} --remove-all-storage\`, then virt-install again.`,
            "zh-cn": `安装程序只在第一次启动时有。先 \`virsh undefine ${NAME} --remove-all-storage\`，再 virt-install。`,
          },
        });
  }
  const stopped = notRunning(state);
  if (stopped !== undefined) return stopped;
  if (!traces.bootable) return failed({ expected, ...stillInstalling(guest) });
  const said = answers(libvirt);
  if (said === undefined) {
    return failed({
      expected,
      found: {
        en: "A system is on its disk, but the agent in it does not answer: it is still starting, or the guest has no channel for it.",
        "zh-cn": "系统已经在磁盘上，但里面的代理没有回答：可能还在启动，也可能客户机没有代理用的通道。",
      },
      look: {
        en: `\`virsh console ${NAME}\` until it asks for a login. \`virsh dumpxml ${NAME} --xpath //channel\`: \`--osinfo\` brings one.`,
        "zh-cn": `\`virsh console ${NAME}\`，等到出现 login。再看 \`virsh dumpxml ${NAME} --xpath //channel\`：通道是 \`--osinfo\` 带来的。`,
      },
    });
  }
  const commandLine = said.get("installer") ?? "";
  const asked = asksOn(commandLine) ?? "tty0";
  if (asked === SERIAL) {
    return passed({ en: `The installer's kernel was started with “${commandLine}”.`, "zh-cn": `安装程序的内核参数是“${commandLine}”。` });
  }
  return failed({
    expected,
    found: { en: `The installer asked on ${asked}. Its kernel had “${commandLine}”.`, "zh-cn": `安装程序在 ${asked} 上提问。它的内核参数是“${commandLine}”。` },
    look: {
      en: "In the guest: /var/log/installer.log. On a guest without a screen, `--location` and `--extra-args` put the questions on the serial console.",
      "zh-cn": "看客户机里的 /var/log/installer.log。客户机没有屏幕时，用 `--location` 和 `--extra-args` 让问题出现在串口控制台上。",
    },
  });
}

function loggedIn(guest: NewGuest): Outcome {
  const absent = missing(guest);
  if (absent !== undefined) return absent;
  const said = guest.libvirt.state(NAME).state === "running" ? answers(guest.libvirt) : undefined;
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: { en: `In ${NAME}, /root/seen holds /dev/${SERIAL}.`, "zh-cn": `在 ${NAME} 里，/root/seen 的内容是 /dev/${SERIAL}。` },
      found: { en, "zh-cn": zh },
      look: {
        en: `\`virsh console ${NAME}\`, log in, \`tty > /root/seen\`; Ctrl+] leaves.`,
        "zh-cn": `\`virsh console ${NAME}\`，登录，执行 \`tty > /root/seen\`；按 Ctrl+] 离开。`,
      },
    });
  if (said === undefined) return wrong("No system answers in it yet.", "里面还没有系统回答。");
  const seen = said.get("seen") ?? "";
  if (seen === `/dev/${SERIAL}`) return passed({ en: `It holds ${seen}.`, "zh-cn": `内容是 ${seen}。` });
  return seen === "" ? wrong("There is no such file, or it is empty.", "没有这个文件，或者是空的。") : wrong(`It holds ${seen}.`, `内容是 ${seen}。`);
}

export default defineChecks({
  baseline: {},
  facts: {
    libvirt: libvirtFacts({
      inside: {
        inside: {
          guest: NAME,
          command: `echo "installer=$(sed -n '/^Kernel command line: /{s///p;q}' /var/log/installer.log 2>/dev/null)"; echo "seen=$(head -n 1 /root/seen 2>/dev/null)"`,
        },
      },
      seconds: 8,
    }),
    traces: tracesOf(NAME, DISK),
  },
  tasks: {
    machine: (facts) => machine(made(facts)),
    disk: (facts) => disk(made(facts), DISK, 8),
    "no-screen": (facts) => noScreen(made(facts)),
    installed: (facts) => installed(made(facts)),
    "logged-in": (facts) => loggedIn(made(facts)),
  },
});
