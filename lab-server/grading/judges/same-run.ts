import { failed, type Outcome, passed } from "../check.ts";
import type { GuestFacts, GuestRun } from "../probes/guest.ts";
import { notRunning } from "./running.ts";

const expected = {
  en: "The guest has been running without a break since the start of the exercise.",
  "zh-cn": "从练习开始到现在，客户机一直在运行，没有中断。",
};
const look = {
  en: "Hot means: the machine runs on. A restart cannot be taken back, so reset the host and try again.",
  "zh-cn": "“热”操作的意思是：机器一直运行。重启无法撤销，请重置宿主机再试一次。",
};

/**
 * Whether the guest runs on as it did at the start. Two witnesses, for each is blind to one way out:
 * a reboot inside the guest keeps the QEMU process, and a guest that has just been started again has no agent yet.
 */
export function sameRun(guest: GuestFacts, start: GuestRun): Outcome {
  const stopped = notRunning(guest);
  if (stopped !== undefined) return stopped;
  const { pid, startTicks } = guest.qemuProcess;
  if (pid !== start.qemuProcess.pid || startTicks !== start.qemuProcess.startTicks) {
    return failed({
      expected,
      found: {
        en: `${guest.name} was stopped and started again: its QEMU process ${start.qemuProcess.pid} is gone, now it is ${pid}.`,
        "zh-cn": `${guest.name} 曾被关闭再启动：原来的 QEMU 进程 ${start.qemuProcess.pid} 已经不在，现在是 ${pid}。`,
      },
      look,
    });
  }
  if (guest.bootId !== start.bootId) {
    return failed({
      expected,
      found: {
        en: `${guest.name} was rebooted: its kernel has another boot_id than at the start.`,
        "zh-cn": `${guest.name} 重启过：内核的 boot_id 与开始时不同。`,
      },
      look,
    });
  }
  return passed({
    en: `Same QEMU process (${pid}), same boot of the guest's kernel.`,
    "zh-cn": `QEMU 进程没有变（${pid}），客户机内核也没有重启。`,
  });
}
