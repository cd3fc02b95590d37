import { isIP } from "node:net";
import { DOMParser, type Element } from "@xmldom/xmldom";
import { LabError } from "../errors.ts";
import type { Host } from "../hosts/backend.ts";

/** Where a guest's VNC server listens in its host. */
export type ScreenAddress = { readonly port: number; readonly address: string } | { readonly path: string };

/** A definition of ten thousand devices is no definition. */
const MAX_BYTES = 64 * 1024;
const TIMEOUT_MS = 15_000;
/** The name comes by standard input: no shell reads it. A shut-off guest has no id. */
const ASK = `IFS= read -r name; exec virsh -q -c qemu:///system dumpxml --xpath '/domain/@id | /domain/name | /domain/devices/graphics' --wrap --domain "$name"`;

/**
 * Finds the screen of a guest that runs.
 * Fails with `guest_off` when it does not run or is not there, `no_screen` when it has no VNC display, `spice_only` when it shows itself by SPICE
 * alone, `host_not_ready` when libvirt does not answer.
 */
export async function findGuestScreen(host: Pick<Host, "exec">, guest: string): Promise<ScreenAddress> {
  const { code, stdout, stderr } = await host.exec(ASK, { stdin: `${guest}\n`, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
  if (code === 0) return readGuestScreen(stdout, guest);
  if (/failed to connect|connection.*(refused|reset)|no such file/i.test(stderr)) {
    throw new LabError("host_not_ready", { log: `libvirt does not answer: ${stderr.slice(0, 300)}` });
  }
  throw new LabError("guest_off", { params: { guest }, log: `no guest “${guest}”: ${stderr.slice(0, 300)}` });
}

/** Reads what `virsh dumpxml --xpath --wrap` prints; the host's word, so nothing of it is trusted. */
export function readGuestScreen(xml: string, guest: string): ScreenAddress {
  const root = parse(xml);
  const found = root === undefined ? [] : elements(root);
  // virsh(1) takes a number for an id and a UUID for one before it takes them for a name.
  const named = found.find(({ tagName }) => tagName === "name")?.textContent === guest;
  if (!named || !/\bid=["']\d+["']/.test(xml)) throw new LabError("guest_off", { params: { guest }, log: `guest “${guest}” does not run` });
  const screens = found.filter(({ tagName }) => tagName === "graphics");
  const vnc = screens.find((screen) => screen.getAttribute("type") === "vnc");
  if (vnc === undefined) {
    const code = screens.some((screen) => screen.getAttribute("type") === "spice") ? "spice_only" : "no_screen";
    throw new LabError(code, { params: { guest }, log: `guest “${guest}” has ${screens.length} graphics, none of them VNC` });
  }
  const address = addressOf(vnc);
  if (address === undefined) throw new LabError("no_screen", { params: { guest }, log: `the VNC server of “${guest}” listens nowhere` });
  return address;
}

function addressOf(vnc: Element): ScreenAddress | undefined {
  const listens = elements(vnc).filter(({ tagName }) => tagName === "listen");
  const path = listens.find((listen) => listen.getAttribute("type") === "socket")?.getAttribute("socket") ?? vnc.getAttribute("socket");
  if (path) return path.startsWith("/") && path.length <= 107 ? { path } : undefined;
  const port = Number(vnc.getAttribute("port"));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  const said = listens.find((listen) => listen.getAttribute("address"))?.getAttribute("address") ?? vnc.getAttribute("listen") ?? "";
  return { port, address: reachable(said) };
}

/** “Everywhere” is reached by the loopback. */
function reachable(address: string): string {
  if (isIP(address) === 0 || address === "0.0.0.0") return "127.0.0.1";
  return address === "::" ? "::1" : address;
}

function parse(xml: string): Element | undefined {
  try {
    return new DOMParser({ onError: () => {} }).parseFromString(xml, "text/xml").documentElement ?? undefined;
  } catch {
    return undefined;
  }
}

const elements = (parent: Element): Element[] => Array.from(parent.childNodes).filter((node): node is Element => node.nodeType === 1);
