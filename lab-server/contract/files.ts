import { z } from "zod";

/**
 * Files of a learner's own host, and what its libvirt knows, as the page reads and writes them. Every path is one of the host.
 *
 * - GET  /api/v1/seats/:seat/files?path=            a folder: `folderSchema`
 * - GET  /api/v1/seats/:seat/files/text?path=       a file for the editor: `textFileSchema`
 * - GET  /api/v1/seats/:seat/files/raw?path=        a file as it is, to be kept
 * - PUT  /api/v1/seats/:seat/files?path=&version=   the body becomes the file, whole or not at all: `writtenFileSchema`
 * - GET  /api/v1/seats/:seat/definitions            `definitionNamesSchema`
 * - GET  /api/v1/seats/:seat/definitions/:kind?name=  `definitionSchema`
 * - PUT  /api/v1/seats/:seat/definitions/:kind?name=&version=   the body is XML: `definedSchema`
 */

/** What the editor opens, in bytes. */
export const MOST_TEXT_BYTES = 1024 * 1024;
export const MOST_UPLOAD_BYTES = 32 * 1024 * 1024;
export const MOST_DOWNLOAD_BYTES = 64 * 1024 * 1024;
/** Longer folders are told up to here. */
export const MOST_ENTRIES = 2_000;
/** Linux's own limit, the final zero byte included. */
const MOST_PATH_BYTES = 4_095;

export const hostPathSchema = z
  .string()
  .startsWith("/", "expected an absolute path")
  .refine((path) => !path.includes("\0"), "a path has no zero byte")
  .refine((path) => new TextEncoder().encode(path).length <= MOST_PATH_BYTES, `expected at most ${MOST_PATH_BYTES} bytes`);

/** `special`: a device, a pipe, a socket, or a link to nowhere. */
export const ENTRY_KINDS = ["file", "folder", "special"] as const;
export const folderEntrySchema = z.object({
  name: z.string(),
  /** Of what a link leads to. */
  kind: z.enum(ENTRY_KINDS),
  link: z.boolean(),
  bytes: z.number().int(),
  /** ISO 8601. */
  changedAt: z.string(),
});
export type FolderEntry = z.infer<typeof folderEntrySchema>;

/** `path` is without links and dots. `more`: the folder has more than `MOST_ENTRIES`. */
export const folderSchema = z.object({ path: z.string(), entries: z.array(folderEntrySchema), more: z.boolean() });
export type Folder = z.infer<typeof folderSchema>;

/** `version` names the content: whoever writes says which one they have read. */
export const textFileSchema = z.object({ path: z.string(), text: z.string(), version: z.string() });
export type TextFile = z.infer<typeof textFileSchema>;

/**
 * What the writer expects to find: `new`, nothing; a version, that very content; `any`, they have been asked.
 * Else the answer is `file_exists` or `file_changed`, and nothing was written.
 */
export const versionSchema = z.string().regex(/^(new|any|[0-9a-f]{32})$/, "expected new, any or a version");

export const readQuerySchema = z.strictObject({ path: hostPathSchema });
export const writeQuerySchema = z.strictObject({ path: hostPathSchema, version: versionSchema });

export const writtenFileSchema = z.object({ path: z.string(), bytes: z.number().int(), version: z.string() });
export type WrittenFile = z.infer<typeof writtenFileSchema>;

export const DEFINITION_KINDS = ["guest", "network", "pool"] as const;
export const definitionKindSchema = z.enum(DEFINITION_KINDS);
export type DefinitionKind = z.infer<typeof definitionKindSchema>;

/** As libvirt takes them; a name is data and may hold anything but a line break. */
export const definitionNameSchema = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !/[\0\n]/.test(name), "a name is one line");
export const readDefinitionSchema = z.strictObject({ name: definitionNameSchema });
export const writeDefinitionSchema = z.strictObject({ name: definitionNameSchema, version: versionSchema });

/** Names of all guests, networks and pools, running or not. */
export const definitionNamesSchema = z.object({ guest: z.array(z.string()), network: z.array(z.string()), pool: z.array(z.string()) });
export type DefinitionNames = z.infer<typeof definitionNamesSchema>;

/** The persistent definition, as `virsh edit` shows it. */
export const definitionSchema = z.object({ name: z.string(), xml: z.string(), version: z.string() });
export type Definition = z.infer<typeof definitionSchema>;

/** A line of the XML that was sent, from 1, and what is wrong there. */
export const definitionFaultSchema = z.object({ line: z.number().int().min(1), message: z.string() });
export type DefinitionFault = z.infer<typeof definitionFaultSchema>;

/** A definition that libvirt does not take is an answer and not a problem: its own words are what teaches. */
export const definedSchema = z.discriminatedUnion("outcome", [
  definitionSchema.extend({ outcome: z.literal("defined") }),
  z.object({ outcome: z.literal("refused"), message: z.string(), faults: z.array(definitionFaultSchema) }),
]);
export type Defined = z.infer<typeof definedSchema>;
