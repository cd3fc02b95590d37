import type { Text } from "../../contract/locale.ts";
import { failed, type Outcome } from "../check.ts";
import type { GuestFacts, GuestState } from "../probes/guest.ts";

type NotRunning = Exclude<GuestState, "running">;

const FOUND: Readonly<Record<NotRunning, Text>> = {
  paused: { en: "is paused", "zh-cn": "处于暂停状态" },
  "shutting-down": { en: "is shutting down", "zh-cn": "正在关机" },
  "shut-off": { en: "is shut off", "zh-cn": "已经关机" },
  crashed: { en: "has crashed", "zh-cn": "已经崩溃" },
  suspended: { en: "sleeps", "zh-cn": "处于睡眠状态" },
  absent: { en: "does not exist in libvirt", "zh-cn": "在 libvirt 中不存在" },
  unknown: { en: "is in no state that libvirt can name", "zh-cn": "处于 libvirt 无法说明的状态" },
};

function look(name: string, state: NotRunning): Text {
  if (state === "paused") return { en: `\`virsh resume ${name}\` lets it go on.`, "zh-cn": `\`virsh resume ${name}\` 可以让它继续运行。` };
  if (state === "suspended") return { en: `\`virsh dompmwakeup ${name}\` wakes it.`, "zh-cn": `\`virsh dompmwakeup ${name}\` 可以唤醒它。` };
  return {
    en: "`virsh list --all` shows the state. This exercise is about a guest that keeps running: reset the host to begin again.",
    "zh-cn": "`virsh list --all` 可以看到状态。本练习要求客户机一直运行：请重置宿主机，重新开始。",
  };
}

/**
 * The outcome of every task about a running guest when the guest does not run: failed, and why.
 * Undefined when it runs, so that a judge goes on: `notRunning(guest) ?? ...`.
 */
export function notRunning({ name, state }: Pick<GuestFacts, "name" | "state">): Outcome | undefined {
  if (state === "running") return undefined;
  return failed({
    expected: { en: `${name} is running.`, "zh-cn": `${name} 正在运行。` },
    found: { en: `${name} ${FOUND[state].en}.`, "zh-cn": `${name} ${FOUND[state]["zh-cn"]}。` },
    look: look(name, state),
  });
}
