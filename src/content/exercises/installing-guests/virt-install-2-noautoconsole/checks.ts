import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { disk, installing, machine, missing, type NewGuest, screen } from "../../../../../lab-server/grading/judges/new-guest.ts";
import { fileAt, type HostFile, textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { type Traces, tracesOf } from "../../../../../lab-server/grading/probes/new-guest.ts";

const NAME = "smartgo2";
const DISK = "/var/lib/libvirt/images/smartgo2.img";
const PORT = 5930;
const ANSWER = "/root/display.txt";

const made = ({ libvirt, traces }: { readonly libvirt: LibvirtFacts; readonly traces: Traces }): NewGuest => ({ name: NAME, libvirt, traces });

/** The process numbers of every virt-install that was started for this guest. */
const waiting = textFrom(`
for pid in $(pgrep -f virt-install); do
  mapfile -d '' words 2>/dev/null </proc/$pid/cmdline || continue
  case "\${words[0]##*/} \${words[1]##*/}" in virt-install* | *\\ virt-install) ;; *) continue ;; esac
  case " \${words[*]} " in *[\\ =,]${NAME}[\\ ,]*) echo $pid ;; esac
done 2>/dev/null
true
`);

function prompt(guest: NewGuest, pids: string): Outcome {
  const waits = pids.split("\n").filter((pid) => pid !== "");
  if (waits.length === 0 || guest.libvirt.guest(NAME) === undefined) return installing(guest);
  return failed({
    expected: { en: `No virt-install is waiting for ${NAME}.`, "zh-cn": `没有 virt-install 在等 ${NAME}。` },
    found: {
      en: `One waits for the end of the installation, process ${waits.join(", ")}, whether you see it or not.`,
      "zh-cn": `有一个正在等安装结束，进程号 ${waits.join("、")}，不管你看不看得见。`,
    },
    look: {
      en: "`pgrep -af virt-install`. Ctrl+C (or `kill`) ends the command and leaves the guest alone.",
      "zh-cn": "看 `pgrep -af virt-install`。Ctrl+C（或 `kill`）会结束命令，不影响客户机。",
    },
  });
}

/** The port that an answer names: `vnc://127.0.0.1:30` and `127.0.0.1:30` count displays, from 5900. */
function portOf(answer: string): number | undefined {
  const number = /^(?:vnc:\/\/)?(?:127\.0\.0\.1|localhost|\[::1\])?:(\d+)$/.exec(answer.trim())?.[1];
  return number === undefined ? undefined : Number(number) + 5900;
}

function display(guest: NewGuest, file: HostFile): Outcome {
  const absent = missing(guest);
  if (absent !== undefined) return absent;
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: { en: `${ANSWER} holds what \`virsh domdisplay ${NAME}\` prints.`, "zh-cn": `${ANSWER} 里是 \`virsh domdisplay ${NAME}\` 输出的内容。` },
      found: { en, "zh-cn": zh },
      look: {
        en: `\`virsh domdisplay ${NAME}\`, and \`cat ${ANSWER}\`. A guest that is off has no display.`,
        "zh-cn": `看 \`virsh domdisplay ${NAME}\` 和 \`cat ${ANSWER}\`。关机的客户机没有显示地址。`,
      },
    });
  if (file.state !== "read") return wrong("There is no such file.", "没有这个文件。");
  const said = file.text.trim();
  if (said === "") return wrong("The file is empty.", "文件是空的。");
  const port = portOf(said);
  if (port === undefined) return wrong(`It holds “${said.slice(0, 60)}”, which is no address of a display.`, `里面是“${said.slice(0, 60)}”，不是显示地址。`);
  const known = guest.libvirt.guest(NAME);
  const real = (known?.live ?? known?.config)?.number("//graphics[@type='vnc']/@port") ?? -1;
  if (port === real) return passed({ en: `${said} is port ${port}.`, "zh-cn": `${said} 就是 ${port} 端口。` });
  return wrong(`It holds ${said}, which is port ${port}. The screen is on port ${real}.`, `里面是 ${said}，即 ${port} 端口。图形界面在 ${real} 端口。`);
}

export default defineChecks({
  baseline: {},
  facts: { libvirt: libvirtFacts(), traces: tracesOf(NAME, DISK), listening: textFrom(`ss -ltnH 'sport = :${PORT}'`), waiting, answer: fileAt(ANSWER) },
  tasks: {
    machine: (facts) => machine(made(facts)),
    disk: (facts) => disk(made(facts), DISK, 8),
    screen: (facts) => screen(made(facts), PORT, facts.listening),
    prompt: (facts) => prompt(made(facts), facts.waiting),
    display: (facts) => display(made(facts), facts.answer),
  },
});
