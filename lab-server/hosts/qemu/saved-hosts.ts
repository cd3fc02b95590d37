import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { recordSchema } from "./record.ts";
import { readTemplate, type Template } from "./template.ts";

/**
 * The hosts that were saved, in a folder of the state: `<id>/` is what was saved, in the form of a template, and `<id>.json`
 * beside it, mode 0600, is what a server must know to be let into a clone of it. A folder without a record is wanted by nobody;
 * it stays as long as something else lies on it: a host that runs from it, or another saved host.
 */
const savedSchema = recordSchema
  .pick({ name: true, template: true, accelerator: true, vcpus: true, memoryMiB: true, gid: true })
  .extend({ access: recordSchema.shape.access.unwrap().omit({ port: true }) });
export type SavedRecord = z.infer<typeof savedSchema>;

const MAKING = ".making-";

export class SavedHosts {
  readonly #root: string;

  constructor(stateDir: string) {
    this.#root = join(stateDir, "saved");
    // What an earlier server did not bring to an end.
    for (const name of this.#names()) if (name.startsWith(MAKING) || name.endsWith(".new")) rmSync(join(this.#root, name), { recursive: true, force: true });
  }

  get ids(): string[] {
    return this.#names()
      .filter((name) => name.endsWith(".json"))
      .map((name) => name.slice(0, -".json".length));
  }

  folder(id: string): string {
    return join(this.#root, id);
  }

  /** Saves a host with `save`, which is given the folder to make. The host is there when all of it is; else nothing is. */
  async make<T>(id: string, record: SavedRecord, save: (folder: string) => Promise<T>): Promise<T> {
    mkdirSync(this.#root, { recursive: true });
    // QEMU must be able to walk to what it runs from, and to nothing else.
    chmodSync(this.#root, 0o711);
    const making = join(this.#root, `${MAKING}${id}`);
    try {
      const result = await save(making);
      renameSync(making, this.folder(id));
      this.#write(id, record);
      return result;
    } catch (thrown) {
      rmSync(making, { recursive: true, force: true });
      throw thrown;
    }
  }

  /** From now on the host is wanted. */
  #write(id: string, record: SavedRecord): void {
    const path = this.#record(id);
    writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  /** What was saved under this id; undefined when it is not there or not whole. */
  read(id: string): { record: SavedRecord; template: Template } | undefined {
    try {
      const record = savedSchema.parse(JSON.parse(readFileSync(this.#record(id), "utf8")));
      const template = readTemplate(this.folder(id));
      return template && { record, template };
    } catch {
      return undefined;
    }
  }

  /** Nobody wants it any more. */
  forget(id: string): void {
    rmSync(this.#record(id), { force: true });
  }

  /**
   * Removes what is wanted by nobody and lies under nothing.
   * @param basesOfHosts gives the folders that running hosts lie on; not asked while nothing is saved
   */
  sweep(basesOfHosts: () => Iterable<string>): void {
    const folders = this.#names().filter((name) => !name.includes("."));
    if (folders.length === 0) return;
    const needed = new Set<string>();
    const need = (folder: string | undefined): void => {
      if (folder === undefined || needed.has(folder)) return;
      needed.add(folder);
      need(baseOf(folder));
    };
    for (const folder of basesOfHosts()) need(folder);
    for (const id of this.ids) need(this.folder(id));
    for (const name of folders) if (!needed.has(this.folder(name))) rmSync(this.folder(name), { recursive: true, force: true });
  }

  #record(id: string): string {
    return join(this.#root, `${id}.json`);
  }

  #names(): string[] {
    return existsSync(this.#root) ? readdirSync(this.#root) : [];
  }
}

function baseOf(folder: string): string | undefined {
  return readTemplate(folder)?.manifest.base;
}
