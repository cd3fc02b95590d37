import { lookup as dnsLookup, type LookupAddress } from "node:dns";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { LabError } from "../errors.ts";
import { isPublicAddress } from "./public-address.ts";

/** A receiver answers within this time, all in all. In milliseconds. */
const ANSWER_WITHIN_MS = 5_000;
/** The largest answer that is read where nothing else is said: enough for a configuration, keys or a token. In bytes. */
const SMALL_BYTES = 64 * 1024;
/** Canvas asks for one on every call. */
const USER_AGENT = "Ringside";

export interface OutboundOptions {
  /** Origins that may be spoken to by plain http and at private addresses: platforms in the lab's own network. */
  readonly trustedOrigins?: readonly string[];
  readonly timeoutMs?: number;
  /** What it says of itself. */
  readonly userAgent?: string;
  /** For tests: how names become addresses. */
  readonly lookup?: typeof dnsLookup;
}

export interface OutboundRequest {
  readonly method?: "GET" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In bytes. */
  readonly maxBytes?: number;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * Requests to learning platforms and others who are told things. Their URLs are a stranger's word, so this is how none of them reaches what only the
 * lab's machine can reach: https and public addresses alone (looked at when the connection is made, so a name that changes
 * its mind gains nothing), no redirect followed, little time, few bytes. Every failure is `platform_failed`.
 */
export class Outbound {
  readonly #trusted: ReadonlySet<string>;
  readonly #timeoutMs: number;
  readonly #userAgent: string;
  readonly #lookup: LookupFunction;

  constructor({ trustedOrigins = [], timeoutMs = ANSWER_WITHIN_MS, userAgent = USER_AGENT, lookup = dnsLookup }: OutboundOptions = {}) {
    this.#trusted = new Set(trustedOrigins);
    this.#timeoutMs = timeoutMs;
    this.#userAgent = userAgent;
    this.#lookup = (name, options, callback) => {
      lookup(name, { ...options, all: true }, (error, found) => {
        const addresses = (found ?? []) as LookupAddress[];
        const bad = error ?? (addresses.every(({ address }) => isPublicAddress(address)) ? undefined : new Error(`${name} is at a private address`));
        const [first] = addresses;
        if (bad || first === undefined) callback(bad ?? new Error(`${name} has no address`), "", 4);
        else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    };
  }

  /** The URL, if it may be asked at all. What its name stands for is looked at only by `send`. */
  allowed(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined) throw refuse("no URL", `${JSON.stringify(text.slice(0, 200))} is no URL`);
    if (url.username !== "" || url.password !== "") throw refuse(url.host, `the URL at ${url.host} has a password`);
    if (this.#trusted.has(url.origin)) return url;
    if (url.protocol !== "https:") throw refuse(url.host, `${url.origin} is not https`);
    const bare = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(bare) !== 0 && !isPublicAddress(bare)) throw refuse(url.host, `${bare} is a private address`);
    return url;
  }

  /** The answer, whatever its status. */
  async send(text: string, { method = "GET", headers = {}, body, maxBytes = SMALL_BYTES }: OutboundRequest = {}): Promise<OutboundAnswer> {
    const url = this.allowed(text);
    const options = {
      method,
      headers: {
        "user-agent": this.#userAgent,
        "accept-encoding": "identity",
        ...headers,
        ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
      },
      // A connection of its own each time: one that is open already was not looked at for this request.
      agent: false,
      signal: AbortSignal.timeout(this.#timeoutMs),
      ...(!this.#trusted.has(url.origin) && { lookup: this.#lookup }),
    } as const;
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(refuse(url.host, `${method} ${url.origin}${url.pathname}: ${error.message}`, error));
      const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options, (response) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        response.on("data", (part: Buffer) => {
          bytes += part.length;
          if (bytes > maxBytes) response.destroy(new Error(`the answer has more than ${maxBytes} bytes`));
          else parts.push(part);
        });
        response.on("error", failed);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString("utf8") }));
      });
      request.on("error", failed);
      request.end(body);
    });
  }

  /** The JSON of an answer with a 2xx status. */
  async json(text: string, request: OutboundRequest = {}): Promise<unknown> {
    const { status, body } = await this.send(text, { ...request, headers: { accept: "application/json", ...request.headers } });
    // Without the query: it may hold a platform's one-time word.
    const { host, origin, pathname } = new URL(text);
    const asked = `${origin}${pathname}`;
    if (status < 200 || status > 299) throw refuse(host, `${asked} answered ${status}: ${body.slice(0, 300)}`);
    try {
      return JSON.parse(body) as unknown;
    } catch (cause) {
      throw refuse(host, `${asked} answered no JSON: ${body.slice(0, 300)}`, cause);
    }
  }
}

function refuse(host: string, log: string, cause?: unknown): LabError {
  return new LabError("platform_failed", { params: { host }, log, ...(cause !== undefined && { cause }) });
}
