import { join } from "node:path";

/**
 * Every file of a host and of a template, in one list. A host has two places: a folder that its QEMU process
 * may write, and a record beside it that QEMU may not even read, because it holds the key to the host.
 */

/** Linux sun_path is 108 bytes with its final zero (unix(7)). */
export const MAX_SOCKET_PATH = 107;

export interface HostFiles {
  /** Owned by the QEMU process. */
  readonly folder: string;
  readonly disk: string;
  readonly qmp: string;
  readonly agent: string;
  /** What QEMU itself complains of. */
  readonly log: string;
  /** The server's record of the host; mode 0600. */
  readonly record: string;
}

export const hostsFolder = (stateDir: string): string => join(stateDir, "hosts");

export function hostFiles(stateDir: string, id: string): HostFiles {
  const folder = join(hostsFolder(stateDir), id);
  return {
    folder,
    disk: join(folder, "disk.qcow2"),
    qmp: join(folder, "qmp"),
    agent: join(folder, "agent"),
    log: join(folder, "qemu.log"),
    record: `${folder}.json`,
  };
}

export interface TemplateFiles {
  readonly folder: string;
  /** The host's memory, a sparse file that clones map copy-on-write. */
  readonly ram: string;
  /** The state of CPUs and devices, without memory. */
  readonly state: string;
  /** The disk as it was at that moment: the backing file of every clone's overlay. */
  readonly disk: string;
  readonly manifest: string;
}

export const templatesFolder = (cacheDir: string): string => join(cacheDir, "templates");

export function templateFiles(folder: string): TemplateFiles {
  return {
    folder,
    ram: join(folder, "ram"),
    state: join(folder, "state"),
    disk: join(folder, "disk.qcow2"),
    manifest: join(folder, "template.json"),
  };
}
