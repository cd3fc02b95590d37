import { MOST_UPLOAD_BYTES } from "../../lab-server/contract/files.ts";
import type { Problem } from "../../lab-server/contract/problem.ts";
import { type FilesClient, problemOf, type Sending } from "./files-client.ts";
import { createStore, type Store } from "./store.ts";

export interface Upload {
  readonly id: number;
  readonly name: string;
  readonly folder: string;
  readonly bytes: number;
  readonly sent: number;
  /** `asking`: there is such a file already, and the learner decides. */
  readonly state: "waiting" | "sending" | "asking" | "done" | "failed" | "cancelled";
  readonly problem?: Problem;
}

/** Files on their way into the host, one after another. */
export interface Uploads extends Store<readonly Upload[]> {
  add(folder: string, files: readonly File[]): void;
  /** Answers the question about one that is `asking`. */
  answer(id: number, replace: boolean): void;
  cancel(id: number): void;
  /** Forgets those that are over. */
  clear(): void;
  /** Called with the folder whenever a file has arrived in it. Gives the way to stop. */
  onArrived(listener: (folder: string) => void): () => void;
}

/** At most so many wait; more is a slip of the hand. */
export const MOST_UPLOADS = 50;

export function createUploads(client: Pick<FilesClient, "upload">): Uploads {
  const store = createStore<readonly Upload[]>([]);
  const contents = new Map<number, File>();
  const listeners = new Set<(folder: string) => void>();
  let current: { readonly id: number; readonly sending: Sending } | undefined;
  let last = 0;

  const change = (id: number, part: Partial<Upload>): void => store.set(store.get().map((upload) => (upload.id === id ? { ...upload, ...part } : upload)));
  const finish = (id: number, part: Partial<Upload>): void => {
    contents.delete(id);
    change(id, part);
  };

  async function send(upload: Upload, content: File, version: string): Promise<void> {
    change(upload.id, { state: "sending", sent: 0 });
    const path = `${upload.folder === "/" ? "" : upload.folder}/${upload.name}`;
    const sending = client.upload(path, version, content, (sent) => change(upload.id, { sent }));
    current = { id: upload.id, sending };
    try {
      await sending.done;
      finish(upload.id, { state: "done", sent: upload.bytes });
      for (const listener of [...listeners]) listener(upload.folder);
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (thrown instanceof DOMException && thrown.name === "AbortError") finish(upload.id, { state: "cancelled" });
      else if (problem.code === "file_exists") change(upload.id, { state: "asking" });
      else finish(upload.id, { state: "failed", problem });
    }
    current = undefined;
    next();
  }

  function next(): void {
    if (current !== undefined) return;
    const upload = store.get().find(({ state }) => state === "waiting");
    const content = upload === undefined ? undefined : contents.get(upload.id);
    if (upload !== undefined && content !== undefined) void send(upload, content, replacing.delete(upload.id) ? "any" : "new");
  }
  const replacing = new Set<number>();

  return {
    get: store.get,
    subscribe: store.subscribe,
    add(folder, files) {
      const room = MOST_UPLOADS - contents.size;
      const added = files.slice(0, Math.max(0, room)).map((file): Upload => {
        last += 1;
        const upload = { id: last, name: file.name, folder, bytes: file.size, sent: 0 };
        if (file.size > MOST_UPLOAD_BYTES) {
          return { ...upload, state: "failed", problem: { code: "too_large", params: { limit: `${MOST_UPLOAD_BYTES / 1024 / 1024} MiB` } } };
        }
        contents.set(last, file);
        return { ...upload, state: "waiting" };
      });
      store.set([...store.get(), ...added]);
      next();
    },
    answer(id, replace) {
      if (store.get().find((upload) => upload.id === id)?.state !== "asking") return;
      if (!replace) return finish(id, { state: "cancelled" });
      replacing.add(id);
      change(id, { state: "waiting" });
      next();
    },
    cancel(id) {
      if (current?.id === id) current.sending.cancel();
      else if (contents.has(id)) finish(id, { state: "cancelled" });
    },
    clear: () => store.set(store.get().filter(({ state }) => state === "waiting" || state === "sending" || state === "asking")),
    onArrived(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
