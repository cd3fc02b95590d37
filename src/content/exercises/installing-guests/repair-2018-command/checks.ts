import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { disk, drivers, installing, machine, missing, type NewGuest, network, screen } from "../../../../../lab-server/grading/judges/new-guest.ts";
import { fileAt, type HostFile, textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { type Traces, tracesOf } from "../../../../../lab-server/grading/probes/new-guest.ts";

const NAME = "smartgo1";
const DISK = "/var/lib/libvirt/images/smartgo1.img";
const PORT = 5920;
const SCRIPT = "/root/new.sh";
const FAULTS = "/root/faults.txt";

const made = ({ libvirt, traces }: { readonly libvirt: LibvirtFacts; readonly traces: Traces }): NewGuest => ({ name: NAME, libvirt, traces });

/**
 * What new.sh would ask of virt-install: a line for each call, its arguments joined by blanks as virt-install's log joins them.
 *
 * virt-install itself cannot be asked: it needs half a minute here, and makes disks and pools even when it only prints. So the script is run in
 * a world of its own where nothing can be changed: no writable disk, no network, nobody behind the sockets in /run. In place of virt-install stands
 * a program that writes its arguments down; the programs that would only fail here say that all is well, so that the script comes to its point.
 */
const calls = textFrom(`
[ -f ${SCRIPT} ] || { echo absent; exit 0; }
echo there
unshare --mount --net --pid --fork --kill-child bash <<'WORLD' 2>/dev/null || true
mount -t proc -o ro proc /proc && mount -o remount,bind,ro / && mount -t tmpfs tmpfs /run || exit
printf '%s\\n' '#!/bin/bash' "IFS=' '" 'echo "$*" >>/run/calls' >/run/virt-install
for program in virsh virt-xml systemctl cp mv ln rm mkdir install chmod chown setfacl qemu-img sleep; do echo '#!/bin/true' >/run/$program; done
chmod 755 /run/*
mount --bind /run/virt-install /usr/bin/virt-install || exit
cd /root
PATH=/run:$PATH timeout 10 bash ${SCRIPT} </dev/null >/dev/null 2>&1
echo "$(</run/calls)"
WORLD
`);

/** Which command line made which guest, in virt-install's own words: its log says how it was called, and then the definition that it made of that. */
const launched = textFrom(`
cd /root/.cache/virt-manager 2>/dev/null || exit 0
ls -tr virt-install.log* 2>/dev/null | xargs -r grep -hE 'launched with command line: |^ *<uuid>' || true
`);

/** The arguments by which the guest with this UUID was made; undefined when the log knows nothing of it. */
function argumentsOf(uuid: string, log: string): string | undefined {
  let called: string | undefined;
  let found: string | undefined;
  for (const line of log.split("\n")) {
    const command = /launched with command line: \S+(.*)$/.exec(line)?.[1];
    if (command !== undefined) called = command.trim();
    else if (line.includes(`<uuid>${uuid}</uuid>`)) found = called;
  }
  return found;
}

function guest(made: NewGuest): Outcome {
  const outcomes = [machine(made), drivers(made), disk(made, DISK, 8), network(made)];
  return (
    outcomes.find(({ outcome }) => outcome === "failed") ??
    passed({ en: "1 vCPU, 512 MiB, 8 GiB, on default, with virtio devices.", "zh-cn": "1 个 vCPU，512 MiB，8 GiB，接在 default 上，virtio 设备。" })
  );
}

function disc(made: NewGuest, mode: string, before: string): Outcome {
  if (mode !== before) {
    return failed({
      expected: { en: `/root has mode ${before}, as at the start.`, "zh-cn": `/root 的权限是 ${before}，和开始时一样。` },
      found: {
        en: `It has ${mode}. That lets QEMU in, and it lets others in as well: the hole has only moved.`,
        "zh-cn": `现在是 ${mode}。QEMU 进得来了，别人也进得来：洞只是换了个地方。`,
      },
      look: {
        en: `\`stat /root\`. Close it again (\`chmod ${before} /root\`, \`setfacl -b /root\`), and move the disc instead.`,
        "zh-cn": `看 \`stat /root\`。把它关回去（\`chmod ${before} /root\`、\`setfacl -b /root\`），改为移动光盘。`,
      },
    });
  }
  return installing(made);
}

function script(made: NewGuest, called: string, log: string): Outcome {
  const [there, ...lines] = called.split("\n");
  const wrong = (found: { en: string; "zh-cn": string }, look?: { en: string; "zh-cn": string }): Outcome =>
    failed({
      expected: { en: `${SCRIPT} is the command that has made ${NAME}.`, "zh-cn": `${NAME} 就是由 ${SCRIPT} 里的命令创建的。` },
      found,
      look: look ?? { en: `\`cat ${SCRIPT}\`, \`bash -n ${SCRIPT}\`.`, "zh-cn": `看 \`cat ${SCRIPT}\` 和 \`bash -n ${SCRIPT}\`。` },
    });
  if (there !== "there") return wrong({ en: "There is no such file.", "zh-cn": "没有这个文件。" });
  const asked = lines.map((line) => line.trim()).filter((line) => line !== "");
  if (asked.length === 0) return wrong({ en: "It does not come to call virt-install.", "zh-cn": "它没有执行到 virt-install。" });
  if (asked.some((line) => / --os-type\b/.test(` ${line}`))) {
    return wrong({
      en: "It still says --os-type, which does nothing: virt-install asks to stop using it.",
      "zh-cn": "里面还有 --os-type，它不起任何作用：virt-install 请大家别再用它。",
    });
  }
  const known = made.libvirt.guest(NAME);
  if (known === undefined) {
    return missing(made) ?? wrong({ en: `There is no ${NAME}.`, "zh-cn": `没有 ${NAME}。` });
  }
  const by = argumentsOf(known.uuid, log);
  if (by !== undefined && asked.includes(by)) return passed({ en: `${NAME} was made by it.`, "zh-cn": `${NAME} 就是它创建的。` });
  return wrong(
    by === undefined
      ? { en: `${NAME} was not made by virt-install, as far as its log goes.`, "zh-cn": `从日志看，${NAME} 不是 virt-install 创建的。` }
      : {
          en: `${NAME} was made by another command: virt-install ${by.slice(0, 300)}`,
          "zh-cn": `${NAME} 是由另一条命令创建的：virt-install ${by.slice(0, 300)}`,
        },
    {
      en: `\`grep launched ~/.cache/virt-manager/virt-install.log\`. Remove the guest with its disk, and run \`bash ${SCRIPT}\`.`,
      "zh-cn": `看 \`grep launched ~/.cache/virt-manager/virt-install.log\`。把客户机连同磁盘删掉，再运行 \`bash ${SCRIPT}\`。`,
    },
  );
}

const WRONG: Readonly<Record<string, string>> = {
  "os-type": "os-type",
  "os-variant": "os-variant",
  osinfo: "os-variant",
  keymap: "keymap",
  listen: "listen",
  cdrom: "cdrom",
};
/** Old-fashioned, and they work: no fault, and no mistake to name them. */
const OLD = new Set(["ram", "bridge", "arch"]);

function faults(file: HostFile): Outcome {
  const expected = {
    en: `${FAULTS} names the five faults of old.sh, each at the beginning of a line.`,
    "zh-cn": `${FAULTS} 里有 old.sh 的五处错误，每处在一行的开头。`,
  };
  const look = {
    en: "What old.sh says when it is run, from top to bottom, and what `ss -ltn` would say if it worked.",
    "zh-cn": "看运行 old.sh 时从上到下说了什么，再想想它若成功了，`ss -ltn` 会显示什么。",
  };
  if (file.state !== "read") return failed({ expected, found: { en: "There is no such file.", "zh-cn": "没有这个文件。" }, look });
  const words = file.text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => /^[-–—*\s]*([A-Za-z][A-Za-z-]*)/.exec(line)?.[1]?.toLowerCase() ?? line.slice(0, 20));
  const stray = words.filter((word) => WRONG[word] === undefined && !OLD.has(word));
  if (stray.length > 0) {
    const named = stray.join(", ");
    return failed({
      expected,
      found: { en: `It names ${named}, which is no fault, or no word of old.sh.`, "zh-cn": `里面有 ${named}，它不是错误，或者不是 old.sh 里的词。` },
      look,
    });
  }
  const found = new Set(words.map((word) => WRONG[word]));
  const count = [...new Set(Object.values(WRONG))].filter((word) => found.has(word)).length;
  if (count === 5) return passed({ en: "All five.", "zh-cn": "五处都在。" });
  return failed({ expected, found: { en: `It names ${count} of the five.`, "zh-cn": `五处里列出了 ${count} 处。` }, look });
}

const mode = textFrom("stat -c %a /root");

export default defineChecks({
  baseline: { mode },
  facts: {
    libvirt: libvirtFacts(),
    traces: tracesOf(NAME, DISK),
    listening: textFrom(`ss -ltnH 'sport = :${PORT}'`),
    mode,
    calls,
    launched,
    faults: fileAt(FAULTS),
  },
  tasks: {
    guest: (facts) => guest(made(facts)),
    screen: (facts) => screen(made(facts), PORT, facts.listening),
    disc: (facts, start) => disc(made(facts), facts.mode, start.mode),
    script: (facts) => script(made(facts), facts.calls, facts.launched),
    faults: (facts) => faults(facts.faults),
  },
});
