import { execFileSync } from "node:child_process";
import { LabError } from "../../errors.ts";

/** The version of the node's QEMU, such as `7.2.22`. Errors: `host_failed` when it cannot be run. */
export function qemuVersion(): string {
  try {
    const said = execFileSync("qemu-system-x86_64", ["--version"], { encoding: "utf8" });
    const match = /version (\d+\.\d+\.\d+)/.exec(said);
    if (match?.[1] !== undefined) return match[1];
    throw new Error(`expected “QEMU emulator version N.N.N”, got: ${said.slice(0, 80)}`);
  } catch (thrown) {
    throw new LabError("host_failed", { params: { step: "qemu" }, log: "qemu-system-x86_64 does not run; install qemu-system-x86", cause: thrown });
  }
}

/** Whether a private mapping may be made from a memory file that QEMU cannot write (`rom=off`, QEMU 8.2). */
export function opensMemoryReadOnly(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 8 || (major === 8 && minor >= 2);
}
