import { createHash } from "node:crypto";

export interface PolicyOptions {
  /** Whether learners come by https. */
  readonly secure: boolean;
  /** `sha256-...` of the scripts written into the page itself. */
  readonly scriptHashes: readonly string[];
  /** Origins besides ours whose pages may show this one in a frame, and to which its forms may be sent. */
  readonly framedBy?: readonly string[];
  readonly sendsTo?: readonly string[];
}

/**
 * What a page of ours may load and do. No script runs that is not a file of ours or, by its hash, a part of the page
 * as it was built; so text that slips into a page unescaped stays text.
 */
export function contentSecurityPolicy({ secure, scriptHashes, framedBy = [], sendsTo = [] }: PolicyOptions): string {
  const directives = {
    "default-src": ["'none'"],
    // The search is a WebAssembly module of ours.
    "script-src": ["'self'", "'wasm-unsafe-eval'", ...scriptHashes.map((hash) => `'${hash}'`)],
    // xterm and highlighted code set colours in style attributes.
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'", "data:"],
    // Some browsers do not count WebSockets as 'self'.
    "connect-src": ["'self'", secure ? "wss:" : "ws:"],
    "worker-src": ["'self'", "blob:"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'", ...sendsTo],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'self'", ...framedBy],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(" ")}`)
    .join("; ");
}

/** The hashes of the scripts that are written into a page, each once. Scripts that are only data need none. */
export function inlineScriptHashes(html: string): string[] {
  const hashes = new Set<string>();
  for (const [, attributes = "", text = ""] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)) {
    const type = /\btype\s*=\s*["']?([^"'\s>]+)/i.exec(attributes)?.[1]?.toLowerCase();
    const runs = type === undefined || type === "module" || type === "text/javascript";
    if (!runs || /\bsrc\s*=/i.test(attributes)) continue;
    hashes.add(`sha256-${createHash("sha256").update(text).digest("base64")}`);
  }
  return [...hashes];
}
