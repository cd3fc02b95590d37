import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../../errors.ts";

/** The QEMU that runs the hosts: the lab's own, the same on every node, whatever the node's distribution has. */
export interface Emulator {
  /** The program that runs a host; whole paths, which stay valid when a newer emulator takes the link's place. */
  readonly system: string;
  /** The program that makes disks (qemu-img(1)). */
  readonly image: string;
  /** Such as `10.0.13`. */
  readonly version: string;
}

/** Finds the emulator that lab-host/build.sh made. Errors: `host_failed` when it is not there or cannot be run. */
export function openEmulator(cacheDir: string): Emulator {
  const link = join(cacheDir, "emulator/current");
  try {
    const folder = realpathSync(link);
    const system = join(folder, "qemu-system-x86_64");
    const said = execFileSync(system, ["--version"], { encoding: "utf8" });
    const version = /version (\d+\.\d+\.\d+)/.exec(said)?.[1];
    if (version === undefined) throw new Error(`expected “QEMU emulator version N.N.N”, got: ${said.slice(0, 80)}`);
    return { system, image: join(folder, "qemu-img"), version };
  } catch (thrown) {
    throw new LabError("host_failed", { params: { step: "qemu" }, log: `the emulator does not run (${link}); lab-host/build.sh makes it`, cause: thrown });
  }
}
