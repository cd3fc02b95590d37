import { z } from "zod";
import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { jsonFrom } from "../../../../../lab-server/grading/probes/host.ts";

const PROGRAM = "/usr/local/bin/smartgo-hello";

const bootSchema = z.object({
  /** The service that runs the program: one that the boot starts, if there is any. Null when no unit file names the program. */
  unit: z
    .object({
      name: z.string(),
      path: z.string(),
      /** Whether a boot would start it, by the files that outlive one. */
      started: z.boolean(),
      /** Whether a timer of the boot starts it. */
      byTimer: z.boolean(),
      /** Whether its [Install] section names a unit that is to pull it in. */
      installs: z.boolean(),
      /** The units whose .wants or .requires folder has a link to it. */
      wantedBy: z.array(z.string()),
      /** Its file or its link lies under /run, which every boot begins empty. */
      passing: z.boolean(),
    })
    .nullable(),
  /** A run of the same unit under another name, with a copy of the log: the new lines of it, and what systemd said. */
  trial: z.object({ lines: z.array(z.string()), error: z.string() }).nullable(),
  bootId: z.string(),
  /** Files that a shell reads at login and that name the program. */
  profiles: z.array(z.string()),
});
export type BootFacts = z.infer<typeof bootSchema>;

/**
 * The host is a clone and has no boot loader: it is never rebooted. So the boot is imitated in its two halves. What would it start? The tree of
 * default.target is walked as systemd does, through the files that outlive a boot (systemd.unit(5); whoever asks PID 1 hears what it knew when it
 * last read them). And does it work? A copy of the unit runs once, on a copy of the log.
 */
const PYTHON = String.raw`
import glob, json, os, re, shutil, subprocess, sys, time
PROGRAM, LOG = "smartgo-hello", "/var/lib/smartgo"
KEPT = ["/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system"]
PASSING = ["/run/systemd/system", "/run/systemd/transient"]

def text(path):
    try:
        with open(path, "rb", 0) as file: return file.read(65536).decode(errors="replace")
    except OSError: return ""

def settings(source):
    """(section, key, value) of a unit file; a line that ends in a backslash goes on."""
    section, found = "", []
    for line in re.sub(r"\\\n", " ", source).split("\n"):
        line = line.strip()
        if line.startswith("["): section = line.strip("[]")
        elif "=" in line and line[0] not in "#;":
            key, value = line.split("=", 1)
            found.append((section, key.strip(), value.strip()))
    return found

LISTED = {folder: set(os.listdir(folder)) for folder in KEPT + PASSING if os.path.isdir(folder)}

def path_of(name, folders):
    for candidate in (name, re.sub(r"@[^.]*\.", "@.", name)):
        for folder in folders:
            if candidate not in LISTED.get(folder, ()): continue
            path = folder + "/" + candidate
            return None if os.path.realpath(path) == "/dev/null" else path
    return None

def inside(name, kind, folders):
    """The files in the folders name.kind."""
    return [folder + "/" + name + kind + "/" + one for folder in folders if name + kind in LISTED.get(folder, ()) for one in sorted(os.listdir(folder + "/" + name + kind))]

def links(name, folders):
    return [os.path.basename(link) for kind in (".wants", ".requires", ".upholds") for link in inside(name, kind, folders)]

PULLS = re.compile("Wants|Requires|BindsTo|Upholds|OnBootSec|OnStartupSec")

def pulled(name, path):
    """The units that this one starts with itself."""
    sources = [path] + inside(name, ".d", KEPT)
    # Most units pull in nothing: to look for these words first halves the time of the whole walk.
    lines = [line for source in map(text, sources) if PULLS.search(source) for line in settings(source)]
    found = [unit for section, key, value in lines if section == "Unit" and key in ("Wants", "Requires", "BindsTo", "Upholds") for unit in value.split()]
    early = any(key in ("OnBootSec", "OnStartupSec") for section, key, _ in lines if section == "Timer")
    if early: found += [value for section, key, value in lines if section == "Timer" and key == "Unit"] or [name[:-6] + ".service"]
    return found + links(name, KEPT), early

def boot():
    default = path_of("default.target", KEPT)
    waiting, seen, timed = [os.path.basename(os.path.realpath(default)) if default else "", "basic.target"], set(), set()
    while waiting:
        name = waiting.pop()
        path = path_of(name, KEPT)
        if path is None or name in seen: continue
        seen.add(name)
        if os.path.islink(path): waiting.append(os.path.basename(os.path.realpath(path)))
        more, early = pulled(name, path)
        if early: timed.update(more)
        waiting += more
    return seen, timed

def script(path):
    """The text of a script; nothing for a program, which is not read for that."""
    try:
        with open(path, "rb") as file: return text(path) if file.read(2) == b"#!" else ""
    except OSError: return ""

def runs(path, packaged):
    source = text(path)
    if packaged and PROGRAM not in source: return False
    for section, key, value in settings(source):
        if section != "Service" or not key.startswith("ExecStart"): continue
        words = value.lstrip("@-:+!|").split()
        # Named in the line itself, or in a script that the line starts.
        if PROGRAM in value or (words and PROGRAM in script(words[0])): return True
    return False

def candidates():
    for folder in KEPT + PASSING:
        for name in sorted(LISTED.get(folder, ())):
            path = folder + "/" + name
            if not name.endswith(".service") or "@." in name or name.startswith("smartgo-trial-") or os.path.islink(path): continue
            if runs(path, folder == KEPT[2]): yield name, path

def try_out(name, path):
    copy = "smartgo-trial-%d" % os.getpid()
    unit, folder = "/run/systemd/system/" + copy + ".service", "/run/" + copy
    if not os.path.isdir(LOG): return {"lines": [], "error": LOG + " is gone"}
    # As the boot would find it, but with nothing to wait for.
    source = "\n".join(text(one) for one in [path] + inside(name, ".d", KEPT + PASSING))
    source = re.sub(r"(?m)^\s*(After|Before|Wants|Conflicts|PartOf|OnFailure|OnSuccess)\s*=.*$", "", source)
    for left in glob.glob("/run/systemd/system/smartgo-trial-*") + glob.glob("/run/smartgo-trial-*"):
        # Of a check that was cut short.
        os.remove(left) if os.path.isfile(left) else shutil.rmtree(left)
    try:
        shutil.copytree(LOG, folder)
        for place, _, names in os.walk(LOG):
            for one in ["."] + names:
                old = os.stat(os.path.join(place, one))
                os.chown(os.path.join(folder, os.path.relpath(os.path.join(place, one), LOG)), old.st_uid, old.st_gid)
        before = len(text(folder + "/boot.log").splitlines())
        os.makedirs(os.path.dirname(unit), exist_ok=True)
        with open(unit, "w") as file:
            file.write(source + "\n[Unit]\nCollectMode=inactive-or-failed\n[Service]\nBindPaths=" + folder + ":" + LOG + "\n")
        new = lambda: text(folder + "/boot.log").splitlines()[before:]
        try:
            ran = subprocess.run(["systemctl", "start", copy], capture_output=True, text=True, timeout=10)
            said, end = ran.stderr.strip().split("\n")[0], time.monotonic() + (3 if ran.returncode == 0 else 0)
        except subprocess.TimeoutExpired:
            # It may hang, or the host may be slow: that is not known. What it has written by now counts.
            if not new(): sys.exit("the trial run took too long")
            said, end = "", 0
        while not new() and time.monotonic() < end: time.sleep(0.1)
        lines = new()
        # A oneshot without RemainAfterExit has ended by itself.
        if said or not re.search(r"(?m)^Type\s*=\s*oneshot", source) or "RemainAfterExit" in source: subprocess.run(["systemctl", "stop", "--no-block", copy], capture_output=True)
        return {"lines": lines, "error": said.replace(copy + ".service", name)[:400]}
    finally:
        if os.path.exists(unit): os.remove(unit)
        shutil.rmtree(folder, ignore_errors=True)

started, timed = boot()
found = sorted(candidates(), key=lambda one: one[0] not in started)
unit = trial = None
if found:
    name, path = found[0]
    wanted = lambda folders: [os.path.basename(link).rsplit(".", 1)[0] for folder in folders for link in glob.glob(folder + "/*.*") if os.path.isdir(link) and os.path.lexists(link + "/" + name)]
    in_run = any(path.startswith(folder) for folder in PASSING)
    unit = {
        "name": name, "path": path, "started": name in started, "byTimer": name in timed,
        "installs": any(section == "Install" and key in ("WantedBy", "RequiredBy", "UpheldBy") and value for section, key, value in settings(text(path))),
        "wantedBy": wanted(KEPT), "passing": in_run or (not wanted(KEPT) and bool(wanted(PASSING))),
    }
    trial = try_out(name, path)
profiles = [path for path in ("/root/.bashrc", "/root/.profile", "/root/.bash_profile", "/root/.bash_login", "/etc/profile", "/etc/bash.bashrc", *glob.glob("/etc/profile.d/*")) if PROGRAM in text(path)]
print(json.dumps({"unit": unit, "trial": trial, "bootId": text("/proc/sys/kernel/random/boot_id").strip(), "profiles": profiles}))
`;

function missing({ profiles }: BootFacts): { found: Text; look: Text } {
  const [profile] = profiles;
  if (profile !== undefined) {
    return {
      found: { en: `No unit starts it. ${profile} does.`, "zh-cn": `没有单元启动它，启动它的是 ${profile}。` },
      look: {
        en: `${profile} is read by a shell when somebody logs in, and not by the boot. Write a service unit instead.`,
        "zh-cn": `${profile} 是有人登录时由 shell 读取的，开机时并不会读它。请改写一个服务单元。`,
      },
    };
  }
  return {
    found: { en: "No unit file names the program yet.", "zh-cn": "还没有哪个单元文件提到这个程序。" },
    look: {
      en: "Write `/etc/systemd/system/smartgo-hello.service`. `systemctl cat libvirtd` shows what such a file looks like.",
      "zh-cn": "编写 `/etc/systemd/system/smartgo-hello.service`。用 `systemctl cat libvirtd` 可以看到这种文件的样子。",
    },
  };
}

function service(facts: BootFacts): Outcome {
  const expected = { en: `A service unit of systemd runs ${PROGRAM}.`, "zh-cn": `有一个 systemd 服务单元运行 ${PROGRAM}。` };
  const { unit, trial, bootId } = facts;
  if (unit === null || trial === null) return failed({ expected, ...missing(facts) });
  const line = trial.lines.find((one) => one.includes(`boot ${bootId}`));
  if (line !== undefined) {
    return passed({ en: `The check ran a copy of ${unit.name}. It wrote: “${line}”.`, "zh-cn": `检查程序运行了 ${unit.name} 的一份副本，它写下：“${line}”。` });
  }
  const why = trial.error === "" ? "" : ` (${trial.error})`;
  return failed({
    expected,
    found: {
      en: `${unit.path} names the program, but a copy that the check ran wrote no line${why}.`,
      "zh-cn": `${unit.path} 提到了这个程序，但检查程序运行它的副本时，没有写下任何一行${why}。`,
    },
    look: {
      en: `\`systemd-analyze verify ${unit.path}\` finds errors in the file, \`systemctl status ${unit.name}\` tells how the last start ended.`,
      "zh-cn": `\`systemd-analyze verify ${unit.path}\` 会找出文件里的错误，\`systemctl status ${unit.name}\` 会显示上一次启动的结果。`,
    },
  });
}

function atBoot(facts: BootFacts): Outcome {
  const expected = { en: `The next boot starts ${PROGRAM} by itself.`, "zh-cn": `下次开机时会自动启动 ${PROGRAM}。` };
  const { unit } = facts;
  if (unit === null) return failed({ expected, ...missing(facts) });
  const { name } = unit;
  if (unit.started) {
    const by = unit.wantedBy.join(", ") || "default.target";
    if (unit.byTimer) return passed({ en: `A timer of the boot starts ${name}.`, "zh-cn": `开机时的定时器会启动 ${name}。` });
    return passed({ en: `${name} is pulled in by ${by}, which is part of the boot.`, "zh-cn": `${name} 由 ${by} 拉起，而后者是开机过程的一部分。` });
  }
  const no = (found: Text, look: Text): Outcome => failed({ expected, found, look });
  if (unit.passing) {
    return no(
      { en: `${name} or its link lies under /run.`, "zh-cn": `${name} 或它的链接在 /run 下面。` },
      {
        en: "/run is in memory, and every boot begins with an empty one. Put the unit into /etc/systemd/system and enable it without `--runtime`.",
        "zh-cn": "/run 在内存里，每次开机都从空的开始。请把单元放进 /etc/systemd/system，启用时不要加 `--runtime`。",
      },
    );
  }
  if (unit.wantedBy.length > 0) {
    const others = unit.wantedBy.join(", ");
    return no(
      {
        en: `${name} is wanted by ${others}, which the boot does not start, or it is masked.`,
        "zh-cn": `${name} 由 ${others} 拉起，但开机不会启动后者；或者它被屏蔽了。`,
      },
      {
        en: "`systemctl list-dependencies default.target` shows what the boot starts. multi-user.target is the usual place.",
        "zh-cn": "`systemctl list-dependencies default.target` 会显示开机要启动什么。通常用 multi-user.target。",
      },
    );
  }
  if (!unit.installs) {
    return no(
      { en: `${name} has no [Install] section that names a target.`, "zh-cn": `${name} 没有写明目标的 [Install] 段。` },
      {
        en: "Without it `systemctl enable` has nothing to link. Add `[Install]` and `WantedBy=multi-user.target`, then enable it.",
        "zh-cn": "没有它，`systemctl enable` 就没有东西可链接。请加上 `[Install]` 和 `WantedBy=multi-user.target`，然后启用它。",
      },
    );
  }
  return no(
    { en: `${name} is not enabled: no target has a link to it.`, "zh-cn": `${name} 没有启用：没有哪个目标链接到它。` },
    {
      en: `\`systemctl start\` runs it now, and is forgotten at the next boot. \`systemctl is-enabled ${name}\` tells, \`systemctl enable\` makes the link.`,
      "zh-cn": `\`systemctl start\` 只是现在运行一次，下次开机就不算数了。用 \`systemctl is-enabled ${name}\` 查看，用 \`systemctl enable\` 建立链接。`,
    },
  );
}

export default defineChecks({
  baseline: {},
  facts: { boot: jsonFrom(bootSchema, `exec python3 -I - <<'END OF BOOT'\n${PYTHON}END OF BOOT\n`) },
  tasks: {
    service: ({ boot }) => service(boot),
    "at-boot": ({ boot }) => atBoot(boot),
  },
});
