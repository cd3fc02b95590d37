import type { Probe } from "../../../../../lab-server/grading/check.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { fileAt, type HostFile, textFrom } from "../../../../../lab-server/grading/probes/host.ts";

const PROGRAMS = ["word", "excel"] as const;
type Driver = "dot" | "laser";
const LOOK_PAPER = { en: "`cat /root/print/paper.txt`: the third field is the program.", "zh-cn": "`cat /root/print/paper.txt`：第三栏是程序名。" };

/** A line of paper.txt that the library printed: its stamp fits. */
interface Page {
  readonly driver: string;
  readonly program: string;
}

/** FNV-1a over the key and the line, as lp.c makes it. */
function stampOf(key: string, line: string): string {
  let hash = 2166136261;
  for (const byte of Buffer.from(key + line, "utf8")) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

/** The pages that were printed, and the first line that was not. */
export function readPaper(key: string, text: string): { pages: Page[]; forged: string | undefined } {
  const pages: Page[] = [];
  let forged: string | undefined;
  for (const line of text.split("\n").filter((one) => one.trim() !== "")) {
    const parts = /^(job \d+ \| (\w+) \| (\w+) \| .*) \| ([0-9a-f]{8})$/.exec(line);
    const [, signed = "", driver = "", program = "", stamp] = parts ?? [];
    if (stamp === stampOf(key, signed)) pages.push({ driver, program });
    else forged ??= line.slice(0, 80);
  }
  return { pages, forged };
}

const printedWith = (pages: readonly Page[], driver: Driver, program: string): boolean =>
  pages.some((page) => page.driver === driver && page.program === program);

function pagesOf(driver: Driver, paper: HostFile, key: string): Outcome {
  const { pages, forged } = readPaper(key, paper.state === "read" ? paper.text : "");
  const missing = PROGRAMS.filter((program) => !printedWith(pages, driver, program));
  if (missing.length === 0) {
    return passed({
      en: `paper.txt has pages of word and excel, set by the driver ${driver}.`,
      "zh-cn": `paper.txt 里有 word 和 excel 用 ${driver} 驱动打印的页。`,
    });
  }
  const expected = {
    en: `paper.txt has a page of word and a page of excel, both printed by the driver ${driver}.`,
    "zh-cn": `paper.txt 里有 word 的一页和 excel 的一页，都由 ${driver} 驱动打印。`,
  };
  if (forged !== undefined) {
    return failed({
      expected,
      found: {
        en: `The line “${forged}” has no valid stamp: the library did not print it.`,
        "zh-cn": `“${forged}”这一行的戳记不对：它不是库打印出来的。`,
      },
      look: {
        en: "Do not write into paper.txt by hand. Let the programs print: `./word some text`, `./excel 1 2 3`.",
        "zh-cn": "不要手工改写 paper.txt，让程序去打印：`./word some text`、`./excel 1 2 3`。",
      },
    });
  }
  return failed({
    expected,
    found: {
      en: pages.length === 0 ? "Nothing has been printed yet." : `No such page of ${missing.join(" and ")} yet.`,
      "zh-cn": pages.length === 0 ? "还没有打印过任何东西。" : `还没有 ${missing.join(" 和 ")} 的这种页。`,
    },
    look: LOOK_PAPER,
  });
}

/** The check lets both programs print a page of its own, onto other paper. */
function driverSwitched(trial: string, paper: HostFile, key: string): Outcome {
  const { pages } = readPaper(key, trial);
  const wrong = PROGRAMS.filter((program) => !printedWith(pages, "laser", program));
  if (wrong.length === 0) {
    return passed({ en: "The check let both programs print: laser.", "zh-cn": "检查程序让两个程序各打印了一页：都是 laser。" });
  }
  const expected = {
    en: "Whoever starts word or excel now gets a page from the driver laser.",
    "zh-cn": "现在无论谁启动 word 或 excel，打印出来的都是 laser 驱动的页。",
  };
  const drivers = wrong.map((program) => pages.find((page) => page.program === program)?.driver);
  const silent = drivers.includes(undefined);
  const printed = readPaper(key, paper.state === "read" ? paper.text : "").pages;
  if (!silent && printed.some(({ driver }) => driver === "laser")) {
    return failed({
      expected,
      found: {
        en: `The check let ${wrong.join(" and ")} print and got ${drivers.join(", ")}, although paper.txt has pages of laser.`,
        "zh-cn": `paper.txt 里已有 laser 的页，但检查程序让 ${wrong.join(" 和 ")} 打印时，得到的是 ${drivers.join("、")}。`,
      },
      look: {
        en: "A variable such as LD_PRELOAD holds for your own shell only. Change the file that the programs load.",
        "zh-cn": "LD_PRELOAD 这样的变量只在你自己的 shell 里有效。请更换程序真正加载的那个文件。",
      },
    });
  }
  return failed({
    expected,
    found: silent
      ? { en: `The check let ${wrong.join(" and ")} print and got no page.`, "zh-cn": `检查程序让 ${wrong.join(" 和 ")} 打印，但没有得到页。` }
      : {
          en: `The check let ${wrong.join(" and ")} print and got ${drivers.join(", ")}.`,
          "zh-cn": `检查程序让 ${wrong.join(" 和 ")} 打印，得到的是 ${drivers.join("、")}。`,
        },
    look: {
      en: "`ldd /root/print/word` names the library file that is loaded, `ls -l /root/print` shows what it is a link to.",
      "zh-cn": "`ldd /root/print/word` 会列出加载的库文件，`ls -l /root/print` 会显示它指向哪里。",
    },
  });
}

const FILES = ["word", "excel", "liblp-dot.so", "liblp-laser.so"] as const;

/** SHA-256 of each file, by name. A file that is not there is left out. */
const hashes: Probe<Readonly<Record<string, string>>> = {
  script: `cd /root/print 2>/dev/null && sha256sum ${FILES.join(" ")} 2>/dev/null; true`,
  read: (output) =>
    Object.fromEntries(
      output
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => [line.slice(66), line.slice(0, 64)]),
    ),
};

function filesKept(now: Readonly<Record<string, string>>, start: Readonly<Record<string, string>>): Outcome {
  const changed = FILES.filter((file) => now[file] !== start[file]);
  if (changed.length === 0) {
    return passed({ en: "Both programs and both drivers are the files they were.", "zh-cn": "两个程序和两个驱动都还是原来的文件。" });
  }
  const expected = {
    en: "word, excel, liblp-dot.so and liblp-laser.so are the files they were at the start.",
    "zh-cn": "word、excel、liblp-dot.so 和 liblp-laser.so 都还是开始时的文件。",
  };
  const found = { en: `Changed or gone: ${changed.join(", ")}.`, "zh-cn": `被改动或不见了：${changed.join("、")}。` };
  if (changed.some((file) => file === "word" || file === "excel")) {
    return failed({
      expected,
      found,
      look: {
        en: "The programs must stay as they were: change what they call. Reset the host to get them back.",
        "zh-cn": "程序必须保持原样：要换的是它们调用的东西。重置宿主机可以找回原来的程序。",
      },
    });
  }
  return failed({
    expected,
    found,
    look: {
      en: "`cp` onto a link writes into the file behind it. Put another link in its place instead, with `ln`. Reset the host to get the driver back.",
      "zh-cn": "对着链接用 `cp`，会写进链接背后的文件。应当用 `ln` 换一个链接。重置宿主机可以找回原来的驱动。",
    },
  });
}

export default defineChecks({
  baseline: {
    key: textFrom("grep -ao 'lp-key-[0-9a-f]*' /root/print/liblp-dot.so"),
    start: hashes,
  },
  facts: {
    paper: fileAt("/root/print/paper.txt"),
    now: hashes,
    trial: textFrom(
      'paper=$(mktemp); for job in \'word a page of the check\' \'excel 1 2\'; do env -i LP_PAPER="$paper" timeout 5 /root/print/$job >/dev/null 2>&1 || true; done; cat "$paper"; rm "$paper"',
    ),
  },
  tasks: {
    "dot-pages": ({ paper }, { key }) => pagesOf("dot", paper, key),
    "driver-switched": ({ trial, paper }, { key }) => driverSwitched(trial, paper, key),
    "laser-pages": ({ paper }, { key }) => pagesOf("laser", paper, key),
    "files-kept": ({ now }, { start }) => filesKept(now, start),
  },
});
