import { request } from "node:http";

export interface Page {
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface FormBrowserOptions {
  /** Origins that are elsewhere in truth: invented names, on a server of this machine. */
  readonly at?: Readonly<Record<string, string>>;
  /** True where nothing that a site sets is kept. */
  readonly forgets?: boolean;
}

/**
 * A browser without a screen, for forms and redirects over real HTTP: it keeps cookies, says where it comes from, and
 * may stand in a frame. Scripts it has none.
 */
export class FormBrowser {
  readonly cookies = new Map<string, Map<string, string>>();
  readonly #options: FormBrowserOptions;

  constructor(options: FormBrowserOptions = {}) {
    this.#options = options;
  }

  /** Follows redirects to the end. `from` is the page that sends it, `shown` where the answer is to be seen. */
  async go(url: string, how: { form?: Record<string, string> | string; from?: string; shown?: "document" | "iframe" } = {}): Promise<Page> {
    let page = await this.#once(url, how);
    for (let hops = 0; page.status >= 301 && page.status <= 303 && hops < 10; hops += 1) {
      page = await this.#once(new URL(String(page.headers["location"]), page.url).href, { ...how, form: undefined });
    }
    return page;
  }

  /** Sends the one form of a page, as its script or a click would. */
  submit(page: Page, more: Record<string, string> = {}, shown: "document" | "iframe" = "document"): Promise<Page> {
    const action = /<form[^>]*action="([^"]*)"/.exec(page.text)?.[1];
    const fields = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [
      unescapeHtml(name),
      unescapeHtml(value),
    ]);
    if (action === undefined) throw new Error(`no form on ${page.url}: ${page.status} ${page.text.slice(0, 1500)}`);
    return this.go(new URL(unescapeHtml(action), page.url).href, { form: { ...Object.fromEntries(fields), ...more }, from: page.url, shown });
  }

  #once(url: string, { form, from, shown = "document" }: { form?: Record<string, string> | string | undefined; from?: string; shown?: string }): Promise<Page> {
    const { origin, host, pathname, search } = new URL(url);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    const body = typeof form === "object" ? new URLSearchParams(form).toString() : form;
    const site = from === undefined ? "none" : new URL(from).origin === origin ? "same-origin" : "cross-site";
    const headers = {
      host,
      "accept-language": "en",
      "sec-fetch-site": site,
      "sec-fetch-dest": shown,
      ...(jar.size > 0 && { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") }),
      ...(body !== undefined && { "content-type": "application/x-www-form-urlencoded", ...(from && { origin: new URL(from).origin }) }),
    };
    const base = this.#options.at?.[origin] ?? origin;
    return new Promise((resolve, reject) => {
      const sent = request(`${base}${pathname}${search}`, { method: body === undefined ? "GET" : "POST", headers, agent: false }, async (response) => {
        let text = "";
        for await (const part of response) text += part;
        for (const line of this.#options.forgets ? [] : (response.headers["set-cookie"] ?? [])) {
          const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          jar.set(name, value);
        }
        resolve({ status: response.statusCode ?? 0, url, headers: response.headers, text });
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

/** What an attribute of a page says. */
export function unescapeHtml(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)))
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
