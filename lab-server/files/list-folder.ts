import type { Folder, FolderEntry } from "../contract/files.ts";
import { LabError } from "../errors.ts";
import { type FileChannel, type FileStat, shownPath } from "../hosts/file-channel.ts";

/** Links beyond this many are not followed: each is a question to a slow host. */
const MOST_LINKS = 100;
/** A name that is not UTF-8 cannot be asked for again: it is shown, and no more. */
const UNREADABLE = "\u{fffd}";

/** A folder's content, folders first, by name. Fails with `is_file`, and as `FileChannel`. */
export async function listFolder(files: FileChannel, path: string, most: number): Promise<Folder> {
  const real = await files.realPath(path);
  const { kind } = await files.stat(real);
  if (kind !== "folder") throw new LabError("is_file", { params: { path: shownPath(path) }, log: `${JSON.stringify(path)} is a ${kind}` });
  const { entries, more } = await files.list(real, most);
  let links = 0;
  const told: FolderEntry[] = [];
  for (const { name, stat } of entries) {
    const link = stat.kind === "link";
    let target: FileStat | undefined = stat;
    if (link) {
      links += 1;
      target = links > MOST_LINKS ? undefined : await files.stat(`${real}/${name}`).catch(() => undefined);
    }
    const plain = target?.kind === "file" || target?.kind === "folder" ? target.kind : "special";
    told.push({
      name,
      kind: name.includes(UNREADABLE) ? "special" : plain,
      link,
      bytes: target?.bytes ?? 0,
      changedAt: new Date((target ?? stat).changedAt * 1000).toISOString(),
    });
  }
  told.sort((a, b) => Number(b.kind === "folder") - Number(a.kind === "folder") || (a.name < b.name ? -1 : 1));
  return { path: real, entries: told, more };
}
