import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  type Defined,
  type Definition,
  type DefinitionNames,
  definedSchema,
  definitionKindSchema,
  definitionNamesSchema,
  definitionSchema,
  type Folder,
  folderSchema,
  MOST_TEXT_BYTES,
  MOST_UPLOAD_BYTES,
  readDefinitionSchema,
  readQuerySchema,
  type TextFile,
  textFileSchema,
  type WrittenFile,
  writeDefinitionSchema,
  writeQuerySchema,
  writtenFileSchema,
} from "../contract/files.ts";
import { LabError } from "../errors.ts";
import { definitionNames, readDefinition, writeDefinition } from "../files/definitions.ts";
import { filesOf } from "../files/host-files.ts";
import type { Host } from "../hosts/backend.ts";
import type { Seats } from "../seats/seats.ts";
import { HOST_PROBLEMS, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";

/** Each runs something on a host. A person who walks through folders makes a few in a second and then reads. */
const LIMITED = { rateLimit: { max: 240, timeWindow: "1 minute" } };

interface SeatParams {
  Params: { seat: string };
}
interface DefinitionParams {
  Params: { seat: string; kind: string };
}

const BYTES = "application/octet-stream";
const fileProblems = [
  ...HOST_PROBLEMS,
  ...(["no_such_file", "is_folder", "is_file", "special_file", "not_text", "no_permission", "file_refused"] as const),
  ...(["file_exists", "file_changed", "host_disk_full"] as const),
];
const definitionProblems = [...HOST_PROBLEMS, ...(["libvirt_refused", "file_exists", "file_changed"] as const)];
const onFiles = (summary: string, rest: Omit<Operation, "tag" | "summary">): { config: typeof LIMITED & { api: Operation } } => ({
  config: { ...LIMITED, api: { tag: "files", summary, problems: fileProblems, ...rest } },
});
const onDefinitions = (summary: string, rest: Omit<Operation, "tag" | "summary">) => onFiles(summary, { problems: definitionProblems, ...rest });
const kind = { kind: definitionKindSchema };
const LIST = onFiles("List a folder", { query: readQuerySchema, gives: { 200: folderSchema } });
const READ = onFiles("Read a text file", { query: readQuerySchema, gives: { 200: textFileSchema } });
const DOWNLOAD = onFiles("Download a file", { query: readQuerySchema, gives: { 200: { type: BYTES, text: "The file's bytes." } } });
const WRITE = onFiles("Write a file, whole or not at all", { query: writeQuerySchema, body: BYTES, gives: { 200: writtenFileSchema } });
const NAMES = onDefinitions("List what libvirt knows", { gives: { 200: definitionNamesSchema } });
const DEFINITION = onDefinitions("Read a definition", { params: kind, query: readDefinitionSchema, gives: { 200: definitionSchema } });
const DEFINE = onDefinitions("Write a definition", { params: kind, query: writeDefinitionSchema, body: BYTES, gives: { 200: definedSchema } });

/** Files and definitions of the host of a learner's own seat; see `contract/files.ts`. */
export async function fileRoutes(app: FastifyInstance, { seats }: { seats: Pick<Seats, "find"> }): Promise<void> {
  const hostOf = async (request: FastifyRequest<SeatParams>): Promise<Host> => (await seats.find(request.learner, request.params.seat)).ready().host;

  // Bodies stay streams: who may write, and where, is asked before a byte is read.
  app.addContentTypeParser("application/octet-stream", (_request, body, done) => done(null, body));

  app.get<SeatParams>("/api/v1/seats/:seat/files", LIST, async (request, reply): Promise<Folder> => {
    const { path } = parse(readQuerySchema, request.query);
    reply.header("cache-control", "no-store");
    return filesOf(await hostOf(request)).list(path);
  });

  app.get<SeatParams>("/api/v1/seats/:seat/files/text", READ, async (request, reply): Promise<TextFile> => {
    const { path } = parse(readQuerySchema, request.query);
    reply.header("cache-control", "no-store");
    return filesOf(await hostOf(request)).readText(path);
  });

  app.get<SeatParams>("/api/v1/seats/:seat/files/raw", { ...DOWNLOAD, exposeHeadRoute: false }, async (request, reply) => {
    const { path } = parse(readQuerySchema, request.query);
    const { name, bytes, stream } = await filesOf(await hostOf(request)).download(path);
    if (bytes !== undefined) reply.header("content-length", bytes);
    return (
      reply
        .type("application/octet-stream")
        .header("content-disposition", attachment(name))
        .header("cache-control", "no-store")
        // It comes from a learner's machine: should a browser show it after all, it may do nothing.
        .header("content-security-policy", "default-src 'none'; sandbox")
        .send(stream)
    );
  });

  app.put<SeatParams>("/api/v1/seats/:seat/files", WRITE, async (request, reply): Promise<WrittenFile> => {
    const { path, version } = parse(writeQuerySchema, request.query);
    const host = await hostOf(request);
    if (Number(request.headers["content-length"] ?? 0) > MOST_UPLOAD_BYTES) {
      // What is on its way is not waited for.
      reply.header("connection", "close");
      throw new LabError("too_large", { params: { limit: `${MOST_UPLOAD_BYTES / 1024 / 1024} MiB` }, log: "by its content-length" });
    }
    return filesOf(host).write(path, version, bodyOf(request));
  });

  app.get<SeatParams>("/api/v1/seats/:seat/definitions", NAMES, async (request, reply): Promise<DefinitionNames> => {
    reply.header("cache-control", "no-store");
    return definitionNames(await hostOf(request));
  });

  app.get<DefinitionParams>("/api/v1/seats/:seat/definitions/:kind", DEFINITION, async (request, reply): Promise<Definition> => {
    const kind = parse(definitionKindSchema, request.params.kind);
    const { name } = parse(readDefinitionSchema, request.query);
    reply.header("cache-control", "no-store");
    return readDefinition(await hostOf(request), kind, name);
  });

  app.put<DefinitionParams>("/api/v1/seats/:seat/definitions/:kind", DEFINE, async (request): Promise<Defined> => {
    const kind = parse(definitionKindSchema, request.params.kind);
    const { name, version } = parse(writeDefinitionSchema, request.query);
    const host = await hostOf(request);
    return writeDefinition(host, kind, name, version, await textOf(request));
  });
}

function bodyOf(request: FastifyRequest): Readable {
  if (request.body === undefined || request.headers["content-type"] !== "application/octet-stream") {
    throw new LabError("bad_request", { params: { reason: "expected a body of application/octet-stream" }, log: "no stream as body" });
  }
  return request.body as Readable;
}

async function textOf(request: FastifyRequest): Promise<string> {
  const data: Buffer[] = [];
  let size = 0;
  for await (const piece of bodyOf(request)) {
    size += (piece as Buffer).length;
    if (size > MOST_TEXT_BYTES) throw new LabError("too_large", { params: { limit: `${MOST_TEXT_BYTES / 1024 / 1024} MiB` }, log: "a definition" });
    data.push(piece as Buffer);
  }
  return Buffer.concat(data).toString("utf8");
}

/**
 * A file name as a header can hold it (RFC 6266, RFC 8187): whatever is not plain is escaped, so no name ends the header or
 * begins another one.
 */
export function attachment(name: string): string {
  const plain = name.replace(/[^\w.,+@ -]/g, "_").slice(0, 200) || "file";
  const escaped = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${escaped}`;
}
