import type { AcceleratorView } from "../../contract/seat.ts";

/** What a host's QEMU process is made of. Template and clone must agree in every device, or the state does not load. */
export interface MachineSpec {
  readonly accelerator: AcceleratorView["kind"];
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly ram: {
    readonly path: string;
    /** `shared`: writes reach the file (the template is being made). `private`: copy-on-write, of a file that the process may not write. */
    readonly mode: "shared" | "private";
  };
  readonly disk: string;
  readonly qmp: string;
  readonly agent: string;
  /** A new one for each machine: its change makes Linux reseed its random numbers (vmgenid). */
  readonly generation: string;
  /** The state that is loaded does not begin with a description of the machine, as one does that holds the devices alone (QEMU 7.2). */
  readonly bareState?: boolean;
  /** Room for translated code in a clone, MiB; `TCG_CODE_MIB` when absent. */
  readonly codeMiB?: number;
  /** Present when the machine boots; absent when it is loaded from a saved state. */
  readonly boot?: { readonly kernel: string; readonly initrd: string; readonly serialLog: string };
}

/** How much translated code a TCG host may keep, MiB: a fixed part of what each host costs. Without a limit QEMU takes up to 1 GiB (qemu(1), `-accel tb-size`). */
export const TCG_CODE_MIB = 112;
/**
 * Where few hosts work hard for a short time. A guest's boot alone makes about 230 MiB of code; with the limit of a learner's host it is thrown away
 * and translated again several times meanwhile, which was seen to double the work of the translator.
 */
export const TCG_CODE_TRIAL_MIB = 512;
/** While a template boots, speed matters and memory does not. */
const TCG_CODE_BOOT_MIB = 512;
/** See "One vCPU" in docs/machines.md for what the last four are for. */
const KERNEL_COMMAND_LINE = [
  ...["root=/dev/vda", "rootfstype=ext4", "ro", "console=ttyS0", "quiet", "net.ifnames=0", "mitigations=off"],
  // Debian's kernel clears memory each time it gives some out. A program that starts takes thousands of pages, and each is an emulated loop.
  "init_on_alloc=0",
  // A kernel that has failed resets, and by `-action` its host then ends: one that stood still would be told of by nothing.
  ...["oops=panic", "panic=-1"],
  // A periodic timer repeats itself, so an interrupt that the emulator loses is made good by the next tick.
  ...["nohz=off", "highres=off"],
];
/** The host's address in its own network; the lab's sshd listens there. */
const HOST_ADDRESS = "10.0.2.15";

/**
 * The arguments of qemu-system-x86_64 (qemu(1)). A pure function.
 *
 * `restrict=on` cuts the host off from everything but the forwarded port, whose number the kernel chooses (port 0).
 * `-sandbox` denies new processes, so state files come as open file descriptors and never by a command.
 */
export function qemuArguments(spec: MachineSpec): string[] {
  const ram = [
    "memory-backend-file",
    "id=ram",
    `size=${spec.memoryMiB}M`,
    `mem-path=${comma(spec.ram.path)}`,
    ...(spec.ram.mode === "shared" ? ["share=on"] : ["share=off", "readonly=on", "rom=off"]),
  ].join(",");
  return [
    "-nodefaults",
    "-no-user-config",
    // Started through a loader, it would be called by the loader's name in ps and top.
    ...["-name", "host,process=qemu-system-x86"],
    ...["-display", "none"],
    ...["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"],
    ...["-machine", "q35,memory-backend=ram"],
    ...["-object", ram],
    ...["-m", String(spec.memoryMiB)],
    ...(spec.accelerator === "kvm"
      ? ["-accel", "kvm", "-cpu", "host"]
      : ["-accel", `tcg,thread=multi,tb-size=${spec.boot ? TCG_CODE_BOOT_MIB : (spec.codeMiB ?? TCG_CODE_MIB)}`, "-cpu", "EPYC,+svm"]),
    ...["-smp", String(spec.vcpus)],
    ...["-drive", `file=${comma(spec.disk)},if=none,id=disk,format=qcow2,discard=unmap`],
    ...["-device", "virtio-blk-pci,drive=disk"],
    ...["-netdev", `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-${HOST_ADDRESS}:22`],
    ...["-device", "virtio-net-pci,netdev=net,romfile="],
    ...["-device", "virtio-rng-pci"],
    ...["-device", `vmgenid,guid=${spec.generation}`],
    ...["-device", "virtio-serial-pci"],
    ...["-chardev", `socket,id=agent,path=${comma(spec.agent)},server=on,wait=off`],
    ...["-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"],
    // How a host stops itself: see `standStill`. Its port is the device's default.
    ...["-device", "pvpanic"],
    ...["-qmp", `unix:${comma(spec.qmp)},server=on,wait=off`],
    // A host that resets has failed: it ends, and is known to be lost. A clone would stand in its firmware for ever, having nothing to boot.
    ...["-action", "reboot=shutdown,panic=pause"],
    ...(spec.boot
      ? [
          ...["-serial", `file:${comma(spec.boot.serialLog)}`],
          ...["-kernel", spec.boot.kernel, "-initrd", spec.boot.initrd],
          ...["-append", KERNEL_COMMAND_LINE.join(" ")],
        ]
      : // A learner is root inside: a serial log would be a file on the node that they can fill.
        ["-serial", "null", "-S", "-incoming", "defer", ...(spec.bareState === true ? ["-global", "migration.send-configuration=off"] : [])]),
  ];
}

/** A comma ends an option's value; doubled it is part of it (qemu(1)). */
function comma(value: string): string {
  return value.replaceAll(",", ",,");
}
