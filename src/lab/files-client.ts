import {
  type Defined,
  type Definition,
  type DefinitionKind,
  type DefinitionNames,
  definedSchema,
  definitionNamesSchema,
  definitionSchema,
  type Folder,
  folderSchema,
  type TextFile,
  textFileSchema,
  type WrittenFile,
  writtenFileSchema,
} from "../../lab-server/contract/files.ts";
import { type Problem, problemSchema } from "../../lab-server/contract/problem.ts";
import { LabRefused, LabUnreachable } from "./lab-client.ts";

/** An upload that is under way. */
export interface Sending {
  readonly done: Promise<WrittenFile>;
  /** Breaks it off; `done` then fails with an `AbortError`. */
  cancel(): void;
}

/** Files and definitions of the host of a seat. Every call fails with `LabRefused` or `LabUnreachable`. */
export interface FilesClient {
  list(path: string): Promise<Folder>;
  readText(path: string): Promise<TextFile>;
  /** @param version what is expected there; see the contract. */
  writeText(path: string, version: string, text: string): Promise<WrittenFile>;
  /** An address that a link may lead to; the browser keeps what is there and does not show it. */
  downloadUrl(path: string): string;
  /** @param onProgress gets the bytes that have left the browser. */
  upload(path: string, version: string, content: Blob, onProgress: (bytes: number) => void): Sending;
  definitions(): Promise<DefinitionNames>;
  readDefinition(kind: DefinitionKind, name: string): Promise<Definition>;
  writeDefinition(kind: DefinitionKind, name: string, version: string, xml: string): Promise<Defined>;
}

/** @param send `fetch`, or something that looks like it in a test. */
export function createFilesClient(seat: string, send: typeof fetch = (input, init) => fetch(input, init)): FilesClient {
  const base = `/api/v1/seats/${encodeURIComponent(seat)}`;
  const address = (path: string, query: Record<string, string> = {}): string => {
    const fields = new URLSearchParams(query).toString();
    return `${base}/${path}${fields === "" ? "" : `?${fields}`}`;
  };

  async function call<T>(schema: { parse(value: unknown): T }, url: string, body?: string): Promise<T> {
    const init: RequestInit = { credentials: "same-origin", headers: { accept: "application/json" } };
    if (body !== undefined) Object.assign(init, { method: "PUT", body, headers: { accept: "application/json", "content-type": "application/octet-stream" } });
    let response: Response;
    try {
      response = await send(url, init);
    } catch (cause) {
      throw new LabUnreachable(cause);
    }
    return answerOf(schema, response.ok, await response.json().catch(() => undefined));
  }

  return {
    list: (path) => call(folderSchema, address("files", { path })),
    readText: (path) => call(textFileSchema, address("files/text", { path })),
    writeText: (path, version, text) => call(writtenFileSchema, address("files", { path, version }), text),
    downloadUrl: (path) => address("files/raw", { path }),
    upload: (path, version, content, onProgress) => sendBlob(address("files", { path, version }), content, onProgress),
    definitions: () => call(definitionNamesSchema, address("definitions")),
    readDefinition: (kind, name) => call(definitionSchema, address(`definitions/${kind}`, { name })),
    writeDefinition: (kind, name, version, xml) => call(definedSchema, address(`definitions/${kind}`, { name, version }), xml),
  };
}

/** `fetch` does not tell how far an upload has come. */
function sendBlob(url: string, content: Blob, onProgress: (bytes: number) => void): Sending {
  const request = new XMLHttpRequest();
  const { promise, resolve, reject } = Promise.withResolvers<WrittenFile>();
  request.upload.addEventListener("progress", ({ loaded }) => onProgress(loaded));
  request.addEventListener("load", () => {
    try {
      resolve(answerOf(writtenFileSchema, request.status >= 200 && request.status < 300, parsed(request.responseText)));
    } catch (failure) {
      reject(failure);
    }
  });
  request.addEventListener("error", () => reject(new LabUnreachable()));
  request.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
  request.open("PUT", url);
  request.setRequestHeader("content-type", "application/octet-stream");
  request.send(content);
  return { done: promise, cancel: () => request.abort() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function answerOf<T>(schema: { parse(value: unknown): T }, ok: boolean, value: unknown): T {
  if (ok && value !== undefined) return schema.parse(value);
  const problem = problemSchema.safeParse(value);
  if (problem.success) throw new LabRefused(problem.data);
  throw new LabUnreachable(new Error("what answered is not a lab server"));
}

/** What to tell of a failure: the lab's word for it, or that it could not be asked. */
export function problemOf(thrown: unknown): Problem {
  return thrown instanceof LabRefused ? thrown.problem : { code: "shutting_down" };
}
