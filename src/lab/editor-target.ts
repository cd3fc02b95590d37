import type { DefinitionFault, DefinitionKind } from "../../lab-server/contract/files.ts";
import type { FilesClient } from "./files-client.ts";
import { LabRefused } from "./lab-client.ts";
import type { FileStrings } from "./strings-files.ts";

/** What an editor is opened on: a file of the host, or what libvirt keeps of a guest, a network or a pool. */
export type EditorTarget = { readonly kind: "file"; readonly path: string } | { readonly kind: DefinitionKind; readonly name: string };

/** One name for each target, to remember it by. */
export function targetKey(target: EditorTarget): string {
  return target.kind === "file" ? `file:${target.path}` : `${target.kind}:${target.name}`;
}

const KINDS: readonly string[] = ["guest", "network", "pool"] satisfies readonly DefinitionKind[];

/** The target of a key; undefined for what is none. */
export function targetOf(key: string): EditorTarget | undefined {
  const [, kind = "", name = ""] = /^([a-z]+):([\s\S]+)$/.exec(key) ?? [];
  if (kind === "file") return { kind, path: name };
  return KINDS.includes(kind) ? { kind: kind as DefinitionKind, name } : undefined;
}

/** Short, for a tab; a file by its last name. */
export function targetTitle(target: EditorTarget): string {
  return target.kind === "file" ? (target.path.split("/").at(-1) ?? target.path) : `${target.name}.xml`;
}

/** In full, for a heading. */
export function targetName(target: EditorTarget, strings: FileStrings): string {
  return target.kind === "file" ? target.path : strings.definitionOf[target.kind](target.name);
}

export interface Opened {
  readonly text: string;
  readonly version: string;
}

/** `text`: what the host made of it, where that may be another one. */
export type SaveOutcome =
  | { readonly outcome: "saved"; readonly version: string; readonly text?: string }
  | { readonly outcome: "refused"; readonly message: string; readonly faults: readonly DefinitionFault[] };

/** Reads a target. A file that is not there is a new one: empty, and its version is `new`. Fails as the client does. */
export async function openTarget(client: FilesClient, target: EditorTarget): Promise<Opened> {
  if (target.kind !== "file") {
    const { xml, version } = await client.readDefinition(target.kind, target.name);
    return { text: xml, version };
  }
  try {
    return await client.readText(target.path);
  } catch (thrown) {
    if (thrown instanceof LabRefused && thrown.problem.code === "no_such_file") return { text: "", version: "new" };
    throw thrown;
  }
}

/** Writes a target; `version` as in the contract. Fails as the client does. */
export async function saveTarget(client: FilesClient, target: EditorTarget, text: string, version: string): Promise<SaveOutcome> {
  if (target.kind === "file") return { outcome: "saved", version: (await client.writeText(target.path, version, text)).version };
  const answer = await client.writeDefinition(target.kind, target.name, version, text);
  return answer.outcome === "refused" ? answer : { outcome: "saved", version: answer.version, text: answer.xml };
}

/** Whether a text is XML by its name or its beginning. */
export function looksLikeXml(target: EditorTarget, text: string): boolean {
  return target.kind !== "file" || /\.(xml|rng|xsd|svg)$/i.test(target.path) || /^\s*<[?!a-zA-Z]/.test(text);
}
