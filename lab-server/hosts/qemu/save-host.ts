import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { chmod, chown, mkdir, open, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LabError } from "../../errors.ts";
import { type HostFiles, type TemplateFiles, templateFiles } from "./files.ts";
import type { Freezer } from "./freezer.ts";
import { inGuestMode } from "./guest-mode.ts";
import { copyPrivatePages } from "./private-pages.ts";
import type { ProcessIdentity } from "./process.ts";
import type { Qmp } from "./qmp.ts";
import type { Template, TemplateManifest } from "./template.ts";

export interface SaveOptions {
  readonly qmp: Qmp;
  readonly process: ProcessIdentity;
  readonly files: HostFiles;
  /** What the host runs from: its memory is a private mapping of this one's. */
  readonly base: Template;
  /** Where it is saved; must not exist. */
  readonly folder: string;
  /** Who may read it besides this user; absent where the server is not root. */
  readonly gid?: number;
  readonly whileStopped: Freezer["whileStopped"];
}

/** An emulated vCPU that is just running a nested guest is let run on for a moment, so many times at most: see `inGuestMode`. */
const MOST_TRIES = 60;
const RUN_UP_TO_MS = 12;

/**
 * Saves a running host as it is, memory and all, in the form of a template: a clone of it goes on from this moment.
 * Of the memory, only what the host has written itself is read; the rest is copied from its base while it still runs.
 * The folder is the caller's to remove when this fails. Gives what the files take on the disk, bytes.
 */
export async function saveHost({ qmp, process, files, base, folder, gid, whileStopped }: SaveOptions): Promise<number> {
  const target = templateFiles(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await copySparse(base.files.ram, target.ram);
  await chmod(target.ram, 0o600);
  const memory = await open(target.ram, "r+");
  try {
    await whileStopped(async (runFor) => {
      const emulated = base.manifest.accelerator === "tcg";
      for (let tries = 1; ; tries += 1) {
        await saveDevices(qmp, join(files.folder, "state"), target.state);
        if (!emulated || !inGuestMode(await readFile(target.state))) break;
        if (tries === MOST_TRIES) throw new LabError("busy", { params: { operation: "guest" }, log: `a vCPU was in a nested guest ${tries} times on end` });
        await runFor(1 + Math.random() * RUN_UP_TO_MS);
      }
      await Promise.all([copySparse(files.disk, target.disk), copyPrivatePages(process, base.files.ram, memory)]);
    });
  } finally {
    await memory.close();
  }
  await share(target, gid);
  const manifest: TemplateManifest = {
    ...base.manifest,
    base: base.files.folder,
    ramSavedAtMs: (await stat(target.ram)).mtimeMs,
    createdAt: new Date().toISOString(),
  };
  await writeFile(target.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
  const sizes = await Promise.all([target.ram, target.state, target.disk].map(async (path) => (await stat(path)).blocks * 512));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The state of the devices alone. The command's name tells who first needed it; it serves every accelerator (QEMU, migration/savevm.c). */
async function saveDevices(qmp: Qmp, file: string, target: string): Promise<void> {
  await qmp.execute("xen-save-devices-state", { filename: file, live: false });
  await copySparse(file, target);
}

/**
 * Copies a file, holes and all. A host's own files lie in a folder that its QEMU process may write: a link in their place is
 * not followed.
 */
async function copySparse(from: string, to: string): Promise<void> {
  const source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if (!(await source.stat()).isFile()) throw new Error(`${from} is no file`);
    const cp = spawn("cp", ["--sparse=always", "--reflink=auto", "/proc/self/fd/3", to], { stdio: ["ignore", "ignore", "pipe", source.fd] });
    let said = "";
    cp.stderr?.on("data", (data: Buffer) => {
      said += data;
    });
    const code = await new Promise((resolve, reject) => {
      cp.on("error", reject);
      cp.on("close", resolve);
    });
    if (code !== 0) throw new Error(`copying ${from}: ${said.trim()}`);
  } finally {
    await source.close();
  }
}

/** Lets the QEMU processes of this host's line read what was saved, and nobody else. */
async function share(files: TemplateFiles, gid: number | undefined): Promise<void> {
  for (const path of [files.ram, files.state, files.disk]) await chmod(path, 0o440);
  await chmod(files.folder, 0o750);
  if (gid === undefined) return;
  for (const path of [files.ram, files.state, files.disk, files.folder]) await chown(path, 0, gid);
}
