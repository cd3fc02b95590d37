import { z } from "zod";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { jsonFrom } from "../../../../../lab-server/grading/probes/host.ts";

const PROGRAM = "/root/api/inventory.py";

/** What libvirt says of a guest; `state` is virDomainState's number. */
const truth = z.object({ name: z.string(), state: z.int(), vcpus: z.int(), max_vcpus: z.int(), max_memory_mib: z.int(), autostart: z.boolean() });
type Truth = z.infer<typeof truth>;

const trial = z.object({
  exists: z.boolean(),
  /** Exit status; null when it did not end in time. */
  status: z.int().nullable(),
  output: z.string(),
  errors: z.string(),
  /** The guest that only this check knows. */
  unseen: z.string(),
  guests: z.array(truth),
});
type Trial = z.infer<typeof trial>;

/**
 * Defines a guest that nobody knows, runs the learner's program, reads the truth, and takes the guest away again, also when its time is up.
 * Guests of a check that was killed are taken away by the next one.
 */
const TRIAL = `exec python3 -I - <<'END OF TRIAL'
import json, os, random, signal, subprocess, sys, libvirt
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
libvirt.registerErrorHandler(lambda context, error: None, None)
connection = libvirt.open("qemu:///system")
PREFIX = "unseen-"
def clear():
    for domain in connection.listAllDomains():
        if domain.name().startswith(PREFIX):
            domain.undefine()
clear()
name = PREFIX + format(random.randrange(16 ** 6), "06x")
vcpus, memory = random.randint(1, 4), random.randrange(128, 1024, 32)
result = {"exists": os.path.isfile("${PROGRAM}"), "status": None, "output": "", "errors": "", "unseen": name, "guests": []}
try:
    domain = connection.defineXML(f"""<domain type='kvm'><name>{name}</name><memory unit='MiB'>{memory}</memory>
      <vcpu current='{vcpus}'>{vcpus + random.randint(1, 3)}</vcpu><os><type arch='x86_64'>hvm</type></os></domain>""")
    domain.setAutostart(random.randint(0, 1))
    if result["exists"]:
        try:
            ran = subprocess.run(["python3", "${PROGRAM}"], capture_output=True, timeout=10, stdin=subprocess.DEVNULL, cwd="/root/api")
            result.update(status=ran.returncode, output=ran.stdout.decode(errors="replace")[:16384], errors=ran.stderr.decode(errors="replace")[-2000:])
        except subprocess.TimeoutExpired:
            pass
    for d in connection.listAllDomains():
        state, memory, _, vcpus, _ = d.info()
        result["guests"].append({"name": d.name(), "state": state, "vcpus": vcpus, "max_vcpus": d.vcpusFlags(libvirt.VIR_DOMAIN_VCPU_MAXIMUM),
                                 "max_memory_mib": memory // 1024, "autostart": bool(d.autostart())})
finally:
    clear()
print(json.dumps(result))
END OF TRIAL
`;

const listed = z.array(z.looseObject({ name: z.string() }));
type Listed = z.infer<typeof listed>;

const LOOK = { en: `Run it yourself: \`python3 ${PROGRAM}\`.`, "zh-cn": `自己运行一遍：\`python3 ${PROGRAM}\`。` };

/** What it printed as a list of named objects, or the outcome that says why there is none. */
function read(run: Trial): Listed | Outcome {
  const expected = {
    en: `\`python3 ${PROGRAM}\` prints a JSON list of objects, each with a name.`,
    "zh-cn": `\`python3 ${PROGRAM}\` 打印一个 JSON 列表，其中每个对象都有 name。`,
  };
  if (!run.exists) {
    return failed({
      expected,
      found: { en: "There is no such program yet.", "zh-cn": "还没有这个程序。" },
      look: { en: `Write it with an editor: \`nano ${PROGRAM}\`.`, "zh-cn": `用编辑器写：\`nano ${PROGRAM}\`。` },
    });
  }
  const complaint = run.errors.trim().split("\n").at(-1)?.slice(0, 200) ?? "";
  if (run.status === null) {
    return failed({ expected, found: { en: "It did not end within 10 seconds.", "zh-cn": "它在 10 秒内没有结束。" }, look: LOOK });
  }
  if (run.status !== 0) {
    const offGuest = /domain is not running/.test(complaint);
    return failed({
      expected,
      found: { en: `It ended with: “${complaint}”.`, "zh-cn": `它以出错结束：“${complaint}”。` },
      look: offGuest
        ? {
            en: "`maxVcpus()` answers for running guests only. `vcpusFlags(libvirt.VIR_DOMAIN_VCPU_MAXIMUM)` answers for all.",
            "zh-cn": "`maxVcpus()` 只对运行中的客户机有回答；`vcpusFlags(libvirt.VIR_DOMAIN_VCPU_MAXIMUM)` 对所有客户机都有。",
          }
        : LOOK,
    });
  }
  try {
    const parsed = listed.safeParse(JSON.parse(run.output));
    if (parsed.success) return parsed.data;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  return failed({ expected, found: { en: `It printed: “${run.output.slice(0, 120)}”.`, "zh-cn": `它打印的是：“${run.output.slice(0, 120)}”。` }, look: LOOK });
}

function allGuests(run: Trial, said: Listed): Outcome {
  const names = said.map(({ name }) => name);
  const expected = {
    en: "Every guest that libvirt knows is listed once, running or not.",
    "zh-cn": "libvirt 知道的每台客户机都列出一次，不管是否在运行。",
  };
  const missing = run.guests.filter(({ name }) => !names.includes(name));
  const first = missing[0];
  if (first !== undefined) {
    if (
      missing.some(({ state }) => state === OFF) &&
      missing.every(({ state }) => state === OFF) &&
      run.guests.filter(({ state }) => state === OFF).length === missing.length
    ) {
      return failed({
        expected,
        found: { en: "No guest that is off is listed.", "zh-cn": "关机的客户机一台也没列出来。" },
        look: {
          en: "A guest that is off has no id, so `listDomainsID()` does not know it. `listAllDomains()` does.",
          "zh-cn": "关机的客户机没有编号，所以 `listDomainsID()` 不知道它们；`listAllDomains()` 知道。",
        },
      });
    }
    if (first.name === run.unseen) {
      return failed({
        expected,
        found: {
          en: "Just for this check a guest was defined that your program could not know. It is not listed: the list is not asked for, it is remembered.",
          "zh-cn": "检查时临时定义了一台你的程序事先不可能知道的客户机，它没有被列出来：说明列表不是问来的，而是记下来的。",
        },
        look: { en: "Ask libvirt each time the program runs.", "zh-cn": "每次运行时都要去问 libvirt。" },
      });
    }
    return failed({ expected, found: { en: `${first.name} is missing.`, "zh-cn": `缺少 ${first.name}。` }, look: LOOK });
  }
  if (names.length !== run.guests.length) {
    return failed({
      expected,
      found: {
        en: `It lists ${names.length}, libvirt knows ${run.guests.length}.`,
        "zh-cn": `它列出 ${names.length} 台，libvirt 知道 ${run.guests.length} 台。`,
      },
      look: LOOK,
    });
  }
  return passed({
    en: `All ${names.length} guests, one of which was defined only for this check.`,
    "zh-cn": `${names.length} 台客户机都在，其中一台是检查时才临时定义的。`,
  });
}

const OFF = 5;
/** virDomainState, as virsh writes it. */
const STATES: Readonly<Record<number, string>> = { 1: "running", 2: "idle", 3: "paused", 4: "in shutdown", 5: "shut off", 6: "crashed", 7: "pmsuspended" };

/** The first field of a listed guest that is not what libvirt says. */
function firstWrong(run: Trial, said: Listed, fields: (guest: Truth) => Readonly<Record<string, unknown>>): Outcome | undefined {
  for (const guest of run.guests) {
    const entry = said.find(({ name }) => name === guest.name);
    if (entry === undefined) continue;
    for (const [field, right] of Object.entries(fields(guest))) {
      if (entry[field] === right) continue;
      return failed({
        expected: { en: `${guest.name}: “${field}” is ${JSON.stringify(right)}.`, "zh-cn": `${guest.name} 的 ${field} 是 ${JSON.stringify(right)}。` },
        found:
          entry[field] === undefined
            ? { en: `There is no “${field}”.`, "zh-cn": `没有 ${field}。` }
            : { en: `It is ${JSON.stringify(entry[field])}.`, "zh-cn": `现在是 ${JSON.stringify(entry[field])}。` },
        look: {
          en: `\`virsh dominfo ${guest.name === run.unseen ? "smartgo_02" : guest.name}\` and \`virsh vcpucount\` show the same facts.`,
          "zh-cn": `\`virsh dominfo ${guest.name === run.unseen ? "smartgo_02" : guest.name}\` 和 \`virsh vcpucount\` 显示的是同样的信息。`,
        },
      });
    }
  }
  return undefined;
}

function judged(run: Trial, judge: (said: Listed) => Outcome): Outcome {
  const said = read(run);
  return Array.isArray(said) ? judge(said) : said;
}

/** Only of guests that are listed: whether all are is a task of its own. */
function fieldsRight(run: Trial, said: Listed, fields: (guest: Truth) => Readonly<Record<string, unknown>>): Outcome {
  const known = said.filter(({ name }) => run.guests.some((guest) => guest.name === name)).length;
  if (known === 0) {
    return failed({
      expected: { en: "There are guests to describe.", "zh-cn": "列表里要有客户机。" },
      found: { en: "None of this host's guests is listed.", "zh-cn": "这台宿主机的客户机一台也没列出来。" },
      look: LOOK,
    });
  }
  return firstWrong(run, said, fields) ?? passed({ en: `Right for all ${known} that are listed.`, "zh-cn": `列出的 ${known} 台都正确。` });
}

export default defineChecks({
  baseline: {},
  facts: { run: jsonFrom(trial, TRIAL) },
  tasks: {
    "all-guests": ({ run }) => judged(run, (said) => allGuests(run, said)),
    numbers: ({ run }) => judged(run, (said) => fieldsRight(run, said, ({ vcpus, max_vcpus, max_memory_mib }) => ({ vcpus, max_vcpus, max_memory_mib }))),
    states: ({ run }) => judged(run, (said) => fieldsRight(run, said, ({ state, autostart }) => ({ state: STATES[state] ?? "no state", autostart }))),
  },
});
