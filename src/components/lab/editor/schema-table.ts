import { LIBVIRT_SCHEMA } from "./libvirt-schema.ts";

/** Values that are named; a 0 among them says that there may be others. */
type Content = readonly (string | 0)[];
/** Name, attributes, numbers of the elements that may stand in it, text; a last 1 where it may hold anything. */
type Node = readonly [name: string, attributes: Readonly<Record<string, Content>>, children: readonly number[], text: Content, anything?: 1];

interface Table {
  readonly roots: readonly number[];
  readonly nodes: readonly Node[];
}

/** What the schema leaves open because QEMU decides, and a learner wants to choose from. By path, without the root. */
const WELL_KNOWN: Readonly<Record<string, readonly string[]>> = {
  "devices/interface/model@type": ["virtio", "e1000e", "e1000", "rtl8139"],
  "devices/interface/source@network": ["default"],
  "devices/interface/source@bridge": ["virbr0"],
  "devices/disk/target@dev": ["vda", "vdb", "vdc", "sda", "sdb", "hda"],
  "devices/emulator": ["/usr/bin/qemu-system-x86_64"],
  "os/type@machine": ["q35", "pc"],
  "os/type@arch": ["x86_64"],
  "os/type": ["hvm"],
  "cpu/model": ["EPYC", "Haswell", "Nehalem", "Opteron_G3", "Skylake-Client", "qemu64"],
  "devices/channel/target@name": ["org.qemu.guest_agent.0"],
};

/** Values of an attribute or a text. `open`: others are right too. */
export interface Values {
  readonly named: readonly string[];
  readonly open: boolean;
}

/** What may stand in an element. Where the grammar has several of that name, all that any of them allows. */
export interface ElementFacts {
  readonly children: readonly string[];
  readonly attributes: ReadonlyMap<string, Values>;
  readonly text: Values;
  /** Nothing in it can be wrong. */
  readonly anything: boolean;
}

let parsed: Table | undefined;
const table = (): Table => {
  parsed ??= JSON.parse(LIBVIRT_SCHEMA) as Table;
  return parsed;
};

const nodesOf = (numbers: readonly number[]): Node[] => numbers.map((number) => table().nodes[number]).filter((node) => node !== undefined);
const named = (numbers: readonly number[], name: string): number[] => numbers.filter((number) => table().nodes[number]?.[0] === name);

/** Elements with which a document may begin. */
export function rootNames(): readonly string[] {
  return table().roots.flatMap((number) => table().nodes[number]?.[0] ?? []);
}

/**
 * The facts of an element by the names from the root down to it; undefined where libvirt knows no such element, or nothing of what
 * is in a document of that root.
 */
export function elementAt(path: readonly string[]): ElementFacts | undefined {
  let numbers: readonly number[] = table().roots;
  for (const [depth, name] of path.entries()) {
    if (depth > 0 && numbers.some((number) => table().nodes[number]?.[4] === 1))
      return { children: [], attributes: new Map(), text: { named: [], open: true }, anything: true };
    const found = named(depth === 0 ? numbers : numbers.flatMap((number) => table().nodes[number]?.[2] ?? []), name);
    if (found.length === 0) return undefined;
    numbers = found;
  }
  return path.length === 0 ? undefined : factsOf(nodesOf(numbers), path.slice(1).join("/"));
}

function factsOf(nodes: readonly Node[], path: string): ElementFacts {
  const children = new Set(nodes.flatMap(([, , numbers]) => numbers.flatMap((number) => table().nodes[number]?.[0] ?? [])));
  const attributes = new Map<string, Values>();
  for (const [, given] of nodes) {
    for (const [name, content] of Object.entries(given)) attributes.set(name, join(attributes.get(name), content, WELL_KNOWN[`${path}@${name}`]));
  }
  let text: Values | undefined;
  for (const [, , , content] of nodes) text = join(text, content, WELL_KNOWN[path]);
  return { children: [...children].sort(), attributes, text: text ?? { named: [], open: false }, anything: nodes.some((node) => node[4] === 1) };
}

function join(before: Values | undefined, content: Content, extra: readonly string[] = []): Values {
  const words = content.filter((value) => value !== 0 && value !== "") as string[];
  return { named: [...new Set([...(before?.named ?? []), ...extra, ...words])], open: before?.open === true || content.includes(0) || content.includes("") };
}
