import type { IncomingMessage } from "node:http";

/**
 * The names under which this server may be reached. Two things hang on it: a page of another site that lets its own
 * name point here must not be served (DNS rebinding), and its requests must not be obeyed (CSRF).
 */
export class OwnNames {
  readonly #publicUrl: URL;
  readonly #port: number;

  /** `port` is used where a request does not say on which port it came in. */
  constructor(options: { publicUrl: string; port: number }) {
    this.#publicUrl = new URL(options.publicUrl);
    this.#port = options.port;
  }

  /** True when cookies may be marked Secure. */
  get secure(): boolean {
    return this.#publicUrl.protocol === "https:";
  }

  /**
   * Whether the request names this server. Looks at the request as it came: what a proxy or a script says in
   * `X-Forwarded-Host` is anybody's word.
   */
  namesUs(request: IncomingMessage): boolean {
    const host = request.headers.host?.toLowerCase();
    return host !== undefined && (host === this.#publicUrl.host || this.#local(request).includes(host));
  }

  /**
   * Whether a page of ours made the request. Every browser tells either `Sec-Fetch-Site` or `Origin` with what is not
   * a plain reading; where neither is there, it was no page of ours.
   */
  fromOurPage(request: IncomingMessage): boolean {
    const site = request.headers["sec-fetch-site"];
    const origin = request.headers.origin;
    if (site !== undefined && site !== "same-origin") return false;
    if (origin === undefined) return site === "same-origin";
    return origin === this.#publicUrl.origin || this.#local(request).some((host) => origin === `http://${host}`);
  }

  #local(request: IncomingMessage): string[] {
    const port = request.socket?.localPort ?? this.#port;
    const names = ["localhost", "127.0.0.1", "[::1]"];
    return port === 80 ? [...names, ...names.map((name) => `${name}:80`)] : names.map((name) => `${name}:${port}`);
  }
}
