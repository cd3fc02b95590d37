import type { Text } from "../contract/locale.ts";
import { ifKnown } from "./fact.ts";
import type { GuestCpus, GuestMemory } from "./probes/guest.ts";

/*
 * Where witnesses contradict each other. That alone decides nothing and accuses nobody: QEMU can be told something past libvirt, and
 * one of them may be late. It is a reason to look at the evidence. A witness that said nothing contradicts nobody.
 */

/** Of a running guest's CPUs: libvirt, QEMU's monitor and the guest's kernel. */
export function cpuDisagreements(guest: GuestCpus): Text[] {
  if (ifKnown(() => guest.state) !== "running") return [];
  const [booked, there, online] = [ifKnown(() => guest.liveVcpus), ifKnown(() => guest.qemuVcpus), ifKnown(() => guest.guestOnlineCpus)];
  const found: Text[] = [];
  if (booked !== undefined && there !== undefined && booked !== there) {
    found.push({
      en: `libvirt counts ${booked} vCPUs of ${guest.name}, QEMU’s monitor ${there}.`,
      "zh-cn": `${guest.name} 的 vCPU：libvirt 记着 ${booked} 个，QEMU 监视器说是 ${there} 个。`,
    });
  }
  if (online !== undefined && there !== undefined && online > there) {
    found.push({
      en: `The kernel in ${guest.name} says that it uses ${online} CPUs, but QEMU’s monitor knows only ${there}.`,
      "zh-cn": `${guest.name} 里的内核说正在使用 ${online} 个 CPU，而 QEMU 监视器只知道 ${there} 个。`,
    });
  }
  return found;
}

/** A balloon and its bookkeeping may differ by a page or two, MiB. */
const TOLERANCE_MIB = 1;

/** Of a running guest's memory: libvirt and QEMU's monitor. */
export function memoryDisagreements(guest: GuestMemory): Text[] {
  if (ifKnown(() => guest.state) !== "running") return [];
  const [booked, left] = [ifKnown(() => guest.liveMiB), ifKnown(() => guest.balloonMiB)];
  if (booked === undefined || left === undefined || Math.abs(booked - left) < TOLERANCE_MIB) return [];
  return [
    {
      en: `libvirt has ${Math.round(booked)} MiB down for ${guest.name}, QEMU’s monitor says that the balloon leaves it ${Math.round(left)} MiB.`,
      "zh-cn": `${guest.name} 的内存：libvirt 记着 ${Math.round(booked)} MiB，QEMU 监视器说气球留给它 ${Math.round(left)} MiB。`,
    },
  ];
}
