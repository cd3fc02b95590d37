import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, createWriteStream, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { HOST_GROUP } from "../lab-server/hosts/qemu/backend.ts";
import { type TemplateFiles, templateFiles } from "../lab-server/hosts/qemu/files.ts";
import type { Qmp } from "../lab-server/hosts/qemu/qmp.ts";

/**
 * Saves a running machine into a folder and lets it run on: memory, devices, disk. The machine's memory is a shared mapping of
 * `ram`, so its file is copied while the machine stands still, and so is its disk.
 * Gives when the memory was saved, ms, as `TemplateManifest.ramSavedAtMs` wants it.
 * Errors: whatever QEMU says when it cannot save.
 */
export async function saveState(qmp: Qmp, machine: Pick<TemplateFiles, "ram" | "disk">, folder: string): Promise<number> {
  const files = templateFiles(folder);
  const socket = join(folder, "state.sock");
  await qmp.execute("stop");
  // QEMU may start no process (-sandbox), so the state goes through a socket.
  const written = receiveInto(files.state, socket);
  await qmp.execute("migrate", { uri: `unix:${socket}` });
  for (;;) {
    const { status, "error-desc": error } = await qmp.execute<{ status?: string; "error-desc"?: string }>("query-migrate");
    if (status === "completed") break;
    if (status === "failed") throw new Error(`QEMU could not save the state: ${error ?? "no reason given"}`);
    await delay(50);
  }
  await written;
  rmSync(socket, { force: true });
  execFileSync("cp", ["--sparse=always", "--reflink=auto", machine.ram, files.ram]);
  execFileSync("cp", ["--sparse=always", "--reflink=auto", machine.disk, files.disk]);
  // A completed migration gave the disks away; `cont` takes them back.
  await qmp.execute("cont");
  execFileSync("sync", [files.ram, files.state, files.disk]);
  share(files);
  return statSync(files.ram).mtimeMs;
}

/** Listens on a unix socket and writes what one sender sends into a file; resolves when it is whole. */
function receiveInto(path: string, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((sender) => {
      server.close();
      pipeline(sender, createWriteStream(path)).then(resolve, reject);
    });
    server.on("error", reject);
    server.listen(socket);
  });
}

/** Lets the QEMU processes of hosts read the template; see `HOST_GROUP`. */
function share(files: TemplateFiles): void {
  chmodSync(files.state, 0o444);
  chmodSync(files.disk, 0o444);
  chmodSync(files.folder, 0o755);
  if (process.getuid?.() === 0) chownSync(files.ram, 0, HOST_GROUP);
  chmodSync(files.ram, 0o440);
}
