/** A full section of a saved state: its type, a number of four bytes, then the name with its length (QEMU, migration/savevm.c). */
const CPU = Buffer.from("\x03cpu", "latin1");
const SECTION_FULL = 4;
const NUMBER_BYTES = 4;
/** Behind the name: instance and version, then 16 registers, the instruction pointer and the flags, of eight bytes each (target/i386/machine.c). */
const HFLAGS_AT = 4 + 4 + 18 * 8;
const HF_GUEST_MASK = 1 << 21;

/**
 * Whether a vCPU in a saved state of devices was just running a nested guest. An emulated one cannot be loaded then: QEMU asks for
 * a nested state that only the kernel's KVM has, and the emulator none.
 * Throws when the state holds no vCPU.
 */
export function inGuestMode(state: Buffer): boolean {
  let found = false;
  for (let at = state.indexOf(CPU); at >= 0; at = state.indexOf(CPU, at + 1)) {
    const flags = at + CPU.length + HFLAGS_AT;
    if (state[at - NUMBER_BYTES - 1] !== SECTION_FULL || flags + 4 > state.length) continue;
    found = true;
    if ((state.readUInt32BE(flags) & HF_GUEST_MASK) !== 0) return true;
  }
  if (!found) throw new Error("the saved state holds no vCPU");
  return false;
}
