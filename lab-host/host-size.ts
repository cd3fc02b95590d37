/** The learner's host as it is saved in the templates. */
import type { AcceleratorView } from "../lab-server/contract/seat.ts";

export const HOST_MEMORY_MIB = 2048;

/**
 * An emulated host has one vCPU. With two, QEMU's emulator (seen with 7.2) runs each on a thread of its own, and one may go on with an
 * instruction that the other has just rewritten. Linux rewrites its own code whenever a guest starts or stops (jump labels: an int3, then
 * the new instruction); a stale int3 is an Oops in the host's kernel, which then stands still or resets. One thread cannot overtake
 * itself. It also needs less of the node: no processor waits for the other.
 */
export const HOST_VCPUS: Readonly<Record<AcceleratorView["kind"], number>> = { kvm: 2, tcg: 1 };
