import type { Text } from "../../../../../lab-server/contract/locale.ts";
import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts, SHUT_OFF_REASONS } from "../../../../../lab-server/grading/probes/libvirt.ts";

const [PAUSE, STOP, START] = ["smartgo_01", "smartgo_02", "smartgo_03"];

const again: Text = { en: "Reset the host to begin again.", "zh-cn": "请重置宿主机，重新开始。" };

/** @param firstId libvirt's number for this run of the guest; every start gives another */
function paused(libvirt: LibvirtFacts, firstId: string): Outcome {
  const expected: Text = { en: `${PAUSE} is paused, in the run in which it was at the start.`, "zh-cn": `${PAUSE} 处于暂停状态，而且还是开始时的那一次运行。` };
  const guest = libvirt.guest(PAUSE);
  if (guest?.state === "paused" && String(guest.id) === firstId) {
    return passed({ en: `${PAUSE} is paused, with Id ${guest.id} as at the start.`, "zh-cn": `${PAUSE} 处于暂停状态，Id 仍是开始时的 ${guest.id}。` });
  }
  if (guest?.saved || (guest?.state === "shut-off" && guest.reason === SHUT_OFF_REASONS.saved)) {
    return failed({
      expected,
      found: { en: `${PAUSE} is off, and its memory lies in a file: it was saved.`, "zh-cn": `${PAUSE} 已经关机，内存存进了文件：它是被保存了。` },
      look: {
        en: `That frees the memory, and pausing does not. \`virsh start ${PAUSE}\` brings it back, but as a new run. ${again.en}`,
        "zh-cn": `保存会释放内存，暂停不会。\`virsh start ${PAUSE}\` 能让它回来，但那是新的一次运行。${again["zh-cn"]}`,
      },
    });
  }
  if (guest?.state === "running" && String(guest.id) === firstId) {
    return failed({
      expected,
      found: { en: `${PAUSE} is running.`, "zh-cn": `${PAUSE} 正在运行。` },
      look: { en: "`virsh suspend` stops the vCPUs and leaves the rest as it is.", "zh-cn": "`virsh suspend` 让 vCPU 停下，其余保持原样。" },
    });
  }
  return failed({
    expected,
    found: {
      en: `${PAUSE} is ${guest?.state ?? "gone"}: it is no longer the run of the start.`,
      "zh-cn": `${PAUSE} 现在是 ${guest?.state ?? "不存在"}：已经不是开始时的那一次运行了。`,
    },
    look: again,
  });
}

function shutDown(libvirt: LibvirtFacts): Outcome {
  const expected: Text = { en: `${STOP} is shut off, and the reason is shutdown.`, "zh-cn": `${STOP} 已经关机，原因是 shutdown。` };
  const guest = libvirt.guest(STOP);
  const reason: Text = {
    en: `\`virsh domstate ${STOP} --reason\` shows state and reason.`,
    "zh-cn": `\`virsh domstate ${STOP} --reason\` 会显示状态和原因。`,
  };
  if (guest === undefined) return failed({ expected, found: { en: `There is no ${STOP}.`, "zh-cn": `没有 ${STOP} 了。` }, look: again });
  if (guest.state === "shut-off" && guest.reason === SHUT_OFF_REASONS.shutdown) {
    return passed({ en: `${STOP} is shut off (shutdown).`, "zh-cn": `${STOP} 已经关机（shutdown）。` });
  }
  if (guest.state === "shut-off" && guest.reason === SHUT_OFF_REASONS.destroyed) {
    return failed({
      expected,
      found: { en: `${STOP} is shut off (destroyed): its power was pulled.`, "zh-cn": `${STOP} 已经关机（destroyed）：它是被断电的。` },
      look: {
        en: `What it had not written yet is lost. Start it, wait until it is up, and ask it: \`virsh shutdown ${STOP}\`.`,
        "zh-cn": `还没写盘的内容已经丢了。请启动它，等它起来，再请它关机：\`virsh shutdown ${STOP}\`。`,
      },
    });
  }
  if (guest.state === "running" || guest.state === "shutting-down") {
    return failed({
      expected,
      found: { en: `${STOP} is still running.`, "zh-cn": `${STOP} 还在运行。` },
      look: {
        en: `\`virsh shutdown\` only asks, and comes back at once. Give the guest time, and do not ask while it is still booting. ${reason.en}`,
        "zh-cn": `\`virsh shutdown\` 只是发出请求，马上就返回。请给客户机一点时间，而且不要在它还没启动完时请求。${reason["zh-cn"]}`,
      },
    });
  }
  if (guest.state === "paused") {
    return failed({
      expected,
      found: { en: `${STOP} is paused.`, "zh-cn": `${STOP} 处于暂停状态。` },
      look: {
        en: `A paused guest cannot hear a request. \`virsh resume ${STOP}\` first, then \`virsh shutdown ${STOP}\`.`,
        "zh-cn": `暂停的客户机听不到请求。先 \`virsh resume ${STOP}\`，再 \`virsh shutdown ${STOP}\`。`,
      },
    });
  }
  return failed({
    expected,
    found: { en: `${STOP} is ${guest.state}, for another reason.`, "zh-cn": `${STOP} 是 ${guest.state}，原因不是 shutdown。` },
    look: reason,
  });
}

function started(libvirt: LibvirtFacts): Outcome {
  const state = libvirt.guest(START)?.state ?? "absent";
  if (state === "running") return passed({ en: `${START} is running.`, "zh-cn": `${START} 正在运行。` });
  return failed({
    expected: { en: `${START} is running.`, "zh-cn": `${START} 正在运行。` },
    found: { en: `It is ${state}.`, "zh-cn": `现在是 ${state}。` },
    look: { en: `\`virsh list --all\`, then \`virsh start ${START}\`.`, "zh-cn": `先看 \`virsh list --all\`，再 \`virsh start ${START}\`。` },
  });
}

export default defineChecks({
  baseline: { id: textFrom(`LC_ALL=C virsh -c qemu:///system domid ${PAUSE} | tr -d '[:space:]'`) },
  facts: { libvirt: libvirtFacts() },
  tasks: {
    paused: ({ libvirt }, { id }) => paused(libvirt, id),
    "shut-down": ({ libvirt }) => shutDown(libvirt),
    started: ({ libvirt }) => started(libvirt),
  },
});
