import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { ifKnown } from "../../../../../lab-server/grading/fact.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { sameRun } from "../../../../../lab-server/grading/judges/same-run.ts";
import { type GuestMemory, guestMemory, guestRun } from "../../../../../lab-server/grading/probes/guest.ts";

const NAME = "smartgo_01";
/** All in MiB. */
const WANTED = 1024;
/** The balloon moves in pages and may stop a few short. */
const SLACK = 2;
/** A kernel keeps for itself what it needs before it counts MemTotal: its own code, page tables, the crash and DMA areas. */
const KERNEL_KEEPS = 140;
/** What the balloon leaves at the start. Less is memory taken away, and a Linux guest does not live long on a quarter of this. */
const AT_START = 512;

const mib = (value: number): string => `${Math.round(value)} MiB`;
const near = (value: number): boolean => Math.abs(value - WANTED) <= SLACK;

const unitTrap = {
  en: "`virsh setmem` counts in KiB when no unit is written: 1024 is 1 MiB. Give the memory back with `1024M`; if the guest does not recover, reset the host.",
  "zh-cn": "`virsh setmem` 不写单位时按 KiB 计数：1024 就是 1 MiB。请用 `1024M` 把内存还给它；如果客户机恢复不了，请重置宿主机。",
};

/** QEMU decides, for the balloon is its device. */
function balloonTarget(guest: GuestMemory): Outcome {
  const left = guest.balloonMiB;
  if (near(left)) {
    const booked = guest.liveMiB;
    if (near(booked)) return passed({ en: `libvirt and QEMU both say ${mib(left)}.`, "zh-cn": `libvirt 和 QEMU 都显示 ${mib(left)}。` });
    return passed({
      en: `QEMU's balloon leaves ${mib(left)}. libvirt still notes ${mib(booked)}.`,
      "zh-cn": `QEMU 的气球留出 ${mib(left)}。libvirt 记录的还是 ${mib(booked)}。`,
    });
  }
  const expected = {
    en: `The balloon leaves ${mib(WANTED)} to the running ${NAME}.`,
    "zh-cn": `气球给运行中的 ${NAME} 留出 ${mib(WANTED)}。`,
  };
  const found = { en: `It leaves ${mib(left)}.`, "zh-cn": `现在留出 ${mib(left)}。` };
  if (left < AT_START - SLACK) return failed({ expected, found, look: unitTrap });
  if (near(ifKnown(() => guest.configMiB) ?? 0)) {
    return failed({
      expected,
      found: {
        en: `It leaves ${mib(left)}. Only the stored definition says ${mib(WANTED)}, and that counts from the next start.`,
        "zh-cn": `现在留出 ${mib(left)}。只有保存的定义里是 ${mib(WANTED)}，下次启动才生效。`,
      },
      look: {
        en: `Compare \`virsh dominfo ${NAME}\` with \`virsh dumpxml --inactive ${NAME}\`, and look for the option of \`virsh setmem\` that acts on the running guest.`,
        "zh-cn": `把 \`virsh dominfo ${NAME}\` 和 \`virsh dumpxml --inactive ${NAME}\` 对照着看，再找出 \`virsh setmem\` 作用于运行中客户机的选项。`,
      },
    });
  }
  return failed({
    expected,
    found,
    look: {
      en: `\`virsh dominfo ${NAME}\`: the row “Used memory”. Or ask QEMU: \`virsh qemu-monitor-command ${NAME} --hmp info balloon\`.`,
      "zh-cn": `\`virsh dominfo ${NAME}\`：看 Used memory 这一行。也可以问 QEMU：\`virsh qemu-monitor-command ${NAME} --hmp info balloon\`。`,
    },
  });
}

function seenMemory(guest: GuestMemory): Outcome {
  const least = WANTED - KERNEL_KEEPS;
  const expected = {
    en: `The guest sees between ${least} and ${WANTED} MiB in all.`,
    "zh-cn": `客户机看到的内存总量在 ${least} 到 ${WANTED} MiB 之间。`,
  };
  // A guest cannot see more than its balloon leaves: no need to ask one that may have too little memory left to answer.
  if (guest.balloonMiB < least) {
    return failed({
      expected,
      found: {
        en: `It can see at most ${mib(guest.balloonMiB)}: the balloon holds the rest.`,
        "zh-cn": `它最多只能看到 ${mib(guest.balloonMiB)}：其余的被气球占着。`,
      },
      look: {
        en: `Move the balloon first, then compare \`free -m\` in the guest: \`virsh console ${NAME}\`.`,
        "zh-cn": `先调节气球，再到客户机里看 \`free -m\`：\`virsh console ${NAME}\`。`,
      },
    });
  }
  const total = guest.guestTotalMiB;
  if (total >= least && total <= WANTED) {
    return passed({ en: `The guest sees ${mib(total)} in all.`, "zh-cn": `客户机看到的内存总量是 ${mib(total)}。` });
  }
  return failed({
    expected,
    found: { en: `It sees ${mib(total)}.`, "zh-cn": `它看到 ${mib(total)}。` },
    look: {
      en: "`free -m` in the guest. The balloon needs its driver there: `lsmod` lists virtio_balloon.",
      "zh-cn": "看客户机里的 `free -m`。气球需要客户机里的驱动：`lsmod` 应当列出 virtio_balloon。",
    },
  });
}

/** A guest that was squeezed until it no longer answers does not run on, whatever its process does. */
function runsOn(guest: GuestMemory, start: Parameters<typeof sameRun>[1]): Outcome {
  const stopped = notRunning(guest);
  if (stopped !== undefined) return stopped;
  if (guest.balloonMiB < AT_START - SLACK && ifKnown(() => guest.bootId) === undefined) {
    return failed({
      expected: { en: `${NAME} runs on and answers.`, "zh-cn": `${NAME} 继续运行，并且有响应。` },
      found: {
        en: `It does not answer any more: it has only ${mib(guest.balloonMiB)} of memory left.`,
        "zh-cn": `它已经没有响应：只剩下 ${mib(guest.balloonMiB)} 内存。`,
      },
      look: unitTrap,
    });
  }
  return sameRun(guest, start);
}

export default defineChecks({
  baseline: { start: guestRun(NAME) },
  facts: { guest: guestMemory(NAME) },
  tasks: {
    "balloon-target": ({ guest }) => notRunning(guest) ?? balloonTarget(guest),
    "guest-memory": ({ guest }) => notRunning(guest) ?? seenMemory(guest),
    "not-rebooted": ({ guest }, { start }) => runsOn(guest, start),
  },
});
