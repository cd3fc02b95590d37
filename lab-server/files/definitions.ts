import { randomBytes } from "node:crypto";
import type { Defined, Definition, DefinitionFault, DefinitionKind, DefinitionNames } from "../contract/files.ts";
import { LabError } from "../errors.ts";
import type { ExecResult, Host } from "../hosts/backend.ts";
import { shownPath } from "../hosts/file-channel.ts";
import { versionOf } from "./host-files.ts";

/** How `virsh edit`, `net-edit` and `pool-edit` read and write (virsh(1)), and by which schema libvirt judges. */
const VERBS: Readonly<Record<DefinitionKind, { list: string; dump: string; name: string; define: string; schema: string }>> = {
  guest: { list: "list", dump: "dumpxml --inactive --security-info", name: "--domain", define: "define", schema: "domain" },
  network: { list: "net-list", dump: "net-dumpxml --inactive", name: "--network", define: "net-define", schema: "network" },
  pool: { list: "pool-list", dump: "pool-dumpxml --inactive", name: "--pool", define: "pool-define", schema: "storagepool" },
};
const VIRSH = "virsh -q -c qemu:///system";

const LIMITS = { timeoutMs: 30_000, maxBytes: 2 * 1024 * 1024 };
const MOST_NAMES = 200;
const MOST_FAULTS = 20;
const MOST_MESSAGE = 4_000;
/** Exit statuses of the scripts below that virsh does not use. */
const CHANGED = 75;
const REFUSED = 76;

/** What libvirt knows on the host, by name. */
export async function definitionNames(host: Host): Promise<DefinitionNames> {
  // What begins with dashes, `echo` of virsh takes for an option.
  const mark = `mark:${randomBytes(8).toString("hex")}`;
  const kinds = ["guest", "network", "pool"] as const;
  const ask = kinds.map((kind) => `${VERBS[kind].list} --all --name; echo ${quote(mark)}`).join("; ");
  const { code, stdout, stderr } = await host.exec(`${VIRSH} ${quote(ask)}`, LIMITS);
  if (code !== 0) throw unusable("virsh list", stderr);
  const [guest, network, pool] = stdout.split(mark).map((part) =>
    part
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .slice(0, MOST_NAMES),
  );
  return { guest: guest ?? [], network: network ?? [], pool: pool ?? [] };
}

/** Fails with `no_such_file` where libvirt knows nothing of that name. */
export async function readDefinition(host: Host, kind: DefinitionKind, name: string): Promise<Definition> {
  return readDump(await host.exec(`exec ${dumpCommand(kind, name)}`, LIMITS), name);
}

/**
 * Gives a definition to libvirt, which judges it by its schema. Fails with `file_changed` where it is not the one that the
 * writer has read, and with `no_such_file`.
 */
export async function writeDefinition(host: Host, kind: DefinitionKind, name: string, version: string, xml: string): Promise<Defined> {
  const { define, schema } = VERBS[kind];
  const dump = dumpCommand(kind, name);
  // sshd gives a socket as standard input, and a socket cannot be opened as /dev/stdin.
  const script = `
    xml=$(mktemp) || exit 1
    trap 'rm -f "$xml"' EXIT
    cat > "$xml"
    ${version === "any" ? "" : `[ "$(${dump} | sha256sum | cut -c 1-32)" = ${quote(version)} ] || exit ${CHANGED}`}
    ${VIRSH} ${define} --validate "$xml" >&2 || {
      xmllint --noout --nonet --relaxng /usr/share/libvirt/schemas/${schema}.rng "$xml" 2>&1 | head -c 20000 | sed "s,^$xml:,line ,"
      exit ${REFUSED}
    }
    ${dump}`;
  const result = await host.exec(script, { ...LIMITS, stdin: xml });
  if (result.code === CHANGED) throw new LabError("file_changed", { params: { path: shownPath(name) }, log: `${kind} ${name} was changed meanwhile` });
  if (result.code === REFUSED) return { outcome: "refused", ...refusalIn(result.stderr, result.stdout) };
  return { outcome: "defined", ...readDump(result, name) };
}

/** What libvirt said, and the lines that it or the schema names. Lines of the file's own are not known to anybody else. */
export function refusalIn(stderr: string, schemaSays: string): { message: string; faults: DefinitionFault[] } {
  const message = stderr
    .replace(/^error: Failed to define .* from .*\n/m, "")
    .replace(/^error: /gm, "")
    .trim()
    .slice(0, MOST_MESSAGE);
  const faults: DefinitionFault[] = [];
  const add = (line: string | undefined, text: string | undefined): void => {
    const number = Number(line);
    if (faults.length < MOST_FAULTS && Number.isSafeInteger(number) && number > 0) faults.push({ line: number, message: (text ?? "").trim().slice(0, 500) });
  };
  const parser = /^(?:at line |\(\w+\):)(\d+): (.*)$/m.exec(message);
  if (parser !== null) add(parser[1], parser[2]);
  else for (const [, line, text] of schemaSays.matchAll(/^line (\d+): element [^:]*: Relax-NG validity error : (.*)$/gm)) add(line, text);
  return { message, faults };
}

function dumpCommand(kind: DefinitionKind, name: string): string {
  const { dump, name: option } = VERBS[kind];
  return `${VIRSH} ${dump} ${option} ${quote(name)}`;
}

function readDump({ code, stdout, stderr }: ExecResult, name: string): Definition {
  if (code === 0) return { name, xml: `${stdout.trimEnd()}\n`, version: versionOf(stdout) };
  // virsh's own words for it, in the lab's locale: "failed to get domain", "failed to get network", "failed to get pool".
  if (/failed to get /.test(stderr)) throw new LabError("no_such_file", { params: { path: shownPath(name) }, log: stderr.slice(0, 500) });
  throw unusable("virsh dumpxml", stderr);
}

/** A learner may have stopped libvirt, or removed it. */
function unusable(what: string, stderr: string): LabError {
  return new LabError("libvirt_refused", {
    params: {
      reason: stderr
        .replace(/^error: /gm, "")
        .trim()
        .slice(0, 300),
    },
    log: `${what}: ${stderr.slice(0, 1_000)}`,
  });
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
