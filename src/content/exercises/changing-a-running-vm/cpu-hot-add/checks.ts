import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { ifKnown } from "../../../../../lab-server/grading/fact.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { sameRun } from "../../../../../lab-server/grading/judges/same-run.ts";
import { type GuestCpus, guestCpus, guestRun } from "../../../../../lab-server/grading/probes/guest.ts";

const NAME = "smartgo_01";
const WANTED = 4;

function vcpus(count: number): string {
  return count === 1 ? "1 vCPU" : `${count} vCPUs`;
}

/** QEMU decides, for it runs the machine. libvirt does not learn of a `device_add` that went past it, and that way is right too. */
function liveVcpus(guest: GuestCpus): Outcome {
  const running = guest.qemuVcpus;
  const booked = guest.liveVcpus;
  if (running === WANTED && booked === WANTED) {
    return passed({ en: `libvirt and QEMU both count ${vcpus(running)}.`, "zh-cn": `libvirt 和 QEMU 都数到 ${running} 个 vCPU。` });
  }
  if (running === WANTED) {
    return passed({
      en: `QEMU has ${vcpus(running)}. libvirt still counts ${booked}, because they were added without it.`,
      "zh-cn": `QEMU 有 ${running} 个 vCPU。libvirt 仍然记着 ${booked} 个，因为添加时没有经过它。`,
    });
  }
  const expected = { en: `The running ${NAME} has ${vcpus(WANTED)}.`, "zh-cn": `正在运行的 ${NAME} 有 ${WANTED} 个 vCPU。` };
  if (ifKnown(() => guest.configVcpus) === WANTED) {
    return failed({
      expected,
      found: {
        en: `It runs with ${vcpus(running)}. Only the stored definition says ${WANTED}, and that counts from the next start.`,
        "zh-cn": `它正用 ${running} 个 vCPU 运行。只有保存的定义里是 ${WANTED} 个，下次启动才生效。`,
      },
      look: {
        en: `Compare the rows “live” and “config” of \`virsh vcpucount ${NAME}\`, and look for the option of \`virsh setvcpus\` that acts on the running guest.`,
        "zh-cn": `比较 \`virsh vcpucount ${NAME}\` 中 live 和 config 两行，再找出 \`virsh setvcpus\` 作用于运行中客户机的选项。`,
      },
    });
  }
  return failed({
    expected,
    found: { en: `It runs with ${vcpus(running)}.`, "zh-cn": `它正用 ${running} 个 vCPU 运行。` },
    look: {
      en: `\`virsh vcpucount ${NAME}\`: the row “current live”.`,
      "zh-cn": `\`virsh vcpucount ${NAME}\`：看 current live 这一行。`,
    },
  });
}

function guestOnline(guest: GuestCpus): Outcome {
  const online = guest.guestOnlineCpus;
  if (online === WANTED) {
    return passed({ en: `The guest's kernel has ${online} CPUs online.`, "zh-cn": `客户机内核有 ${online} 个在线的 CPU。` });
  }
  const expected = { en: `The kernel of ${NAME} has ${WANTED} CPUs online.`, "zh-cn": `${NAME} 的内核有 ${WANTED} 个在线的 CPU。` };
  if (guest.qemuVcpus >= WANTED) {
    return failed({
      expected,
      found: {
        en: `QEMU has plugged in ${guest.qemuVcpus}, but the guest has switched on only ${online}.`,
        "zh-cn": `QEMU 已经插上 ${guest.qemuVcpus} 个，但客户机只启用了 ${online} 个。`,
      },
      look: {
        en: "In the guest: `lscpu`, and the files /sys/devices/system/cpu/cpu*/online.",
        "zh-cn": "在客户机里看 `lscpu`，以及 /sys/devices/system/cpu/cpu*/online 这些文件。",
      },
    });
  }
  return failed({
    expected,
    found: { en: `It has ${online} online.`, "zh-cn": `在线的有 ${online} 个。` },
    look: {
      en: `The running guest must get its vCPUs first. Then look inside: \`virsh console ${NAME}\`, \`lscpu\`.`,
      "zh-cn": `要先给运行中的客户机添加 vCPU，然后到里面看：先 \`virsh console ${NAME}\`，再 \`lscpu\`。`,
    },
  });
}

export default defineChecks({
  baseline: { start: guestRun(NAME) },
  facts: { guest: guestCpus(NAME) },
  tasks: {
    "live-vcpus": ({ guest }) => notRunning(guest) ?? liveVcpus(guest),
    "guest-online": ({ guest }) => notRunning(guest) ?? guestOnline(guest),
    "not-rebooted": ({ guest }, { start }) => sameRun(guest, start),
  },
});
