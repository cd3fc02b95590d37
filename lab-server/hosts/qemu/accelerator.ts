import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { release } from "node:os";
import type { AcceleratorView } from "../../contract/seat.ts";
import { LabError } from "../../errors.ts";
import { kernelEscapes } from "./kernel-gate.ts";

/** What was chosen, and the operator's line about why. */
export interface AcceleratorChoice {
  readonly view: AcceleratorView;
  readonly log: string;
}

/** What the choice depends on; replaced in tests. */
export interface Surroundings {
  /** Starts QEMU with KVM; gives the first line of what it complained of, or undefined when it ran. */
  readonly tryKvm: () => Promise<string | undefined>;
  /** Whether KVM lets guests be hosts; undefined where no module says so. */
  readonly nested: () => boolean | undefined;
  readonly kernelRelease: () => string;
}

/**
 * Chooses what runs the hosts. `/dev/kvm` alone proves nothing: there are machines where it opens, makes a VM, and
 * QEMU still dies at start. So QEMU is started with it.
 *
 * Errors: `host_failed` when `kvm` is forced and does not start.
 */
export async function chooseAccelerator(
  wanted: "auto" | "kvm" | "tcg",
  unsafeNesting: boolean,
  { tryKvm, nested, kernelRelease }: Surroundings,
): Promise<AcceleratorChoice> {
  const emulate = (reason: AcceleratorView["reason"], why: string): AcceleratorChoice => ({
    view: { kind: "tcg", forced: reason === "forced", reason },
    log: `hosts are emulated (TCG with SVM): ${why}`,
  });
  if (wanted === "tcg") return emulate("forced", "the operator chose it");

  const complaint = await tryKvm();
  if (complaint !== undefined) {
    if (wanted === "kvm") {
      throw new LabError("host_failed", { params: { step: "accelerator" }, log: `kvm is forced, but QEMU does not start with it: ${complaint}` });
    }
    const missing = /No such file|Could not access KVM|Permission denied/i.test(complaint);
    return emulate(missing ? "no-device" : "start-failed", `QEMU does not start with KVM: ${complaint}`);
  }
  const view = (reason: AcceleratorView["reason"]): AcceleratorView => ({ kind: "kvm", forced: wanted === "kvm", reason });
  if (nested() !== true) {
    if (wanted === "kvm") return { view: view("forced"), log: "kvm is forced, though this node's KVM does not nest: guests will not start" };
    return emulate("no-nesting", "KVM works here, but its module does not allow nesting (parameter `nested`)");
  }
  const escapes = kernelEscapes(kernelRelease());
  if (escapes.length > 0 && !unsafeNesting) {
    const why = `kernel ${kernelRelease()} is not known to have the fixes for ${escapes.join(", ")} (guest-to-host escapes with nesting)`;
    if (wanted === "kvm") {
      throw new LabError("host_failed", {
        params: { step: "accelerator" },
        log: `kvm is forced, but ${why}; set RINGSIDE_UNSAFE_NESTING=true if your distribution has them`,
      });
    }
    return emulate("unsafe-kernel", why);
  }
  const warning = escapes.length > 0 ? `; UNSAFE nesting was allowed by the operator: ${escapes.join(", ")}` : "";
  return { view: view(wanted === "kvm" ? "forced" : "works"), log: `hosts run on this node's KVM, nested${warning}` };
}

/** Long enough for the vCPU to run its first instructions, which is where a broken KVM shows. */
const RUNS_FOR_MS = 1_000;

async function tryKvm(program: string): Promise<string | undefined> {
  const args = ["-nodefaults", "-no-user-config", "-display", "none", "-machine", "q35", "-m", "64", "-accel", "kvm", "-cpu", "host"];
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], env: { PATH: "/usr/bin:/bin" } });
  let said = "";
  let over = false;
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(0, 2_000);
  });
  child.on("error", (error) => {
    over = true;
    resolve(error.message);
  });
  child.on("exit", (code, signal) => {
    if (over) return;
    over = true;
    const lines = said.split("\n").filter((line) => line !== "" && !line.includes("warning"));
    resolve(lines[0] ?? `it ended with ${signal ?? code}`);
  });
  const timer = setTimeout(() => {
    if (over) return;
    over = true;
    child.kill("SIGKILL");
    resolve(undefined);
  }, RUNS_FOR_MS);
  const complaint = await promise;
  clearTimeout(timer);
  return complaint;
}

function nested(): boolean | undefined {
  for (const module of ["kvm_intel", "kvm_amd"]) {
    try {
      return /^[1Y]/.test(readFileSync(`/sys/module/${module}/parameters/nested`, "latin1"));
    } catch {
      // The other maker's CPU.
    }
  }
  return undefined;
}

/** This node as it is. @param program the QEMU that would run the hosts */
export const thisNode = (program: string): Surroundings => ({ tryKvm: () => tryKvm(program), nested, kernelRelease: release });
