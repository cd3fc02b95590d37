import type { OutboundAnswer } from "../outbound/outbound.ts";
import { Outbound } from "../outbound/outbound.ts";
import { XAPI_VERSION } from "./statements.ts";

/** Where statements go, and as whom. */
export interface RecordStoreOptions {
  /** The address below which `statements` is. */
  readonly endpoint: string;
  readonly key: string;
  readonly secret: string;
  /** Whether it is told how learners are called. */
  readonly names: boolean;
}

/** A learning record store. It is one that whoever runs the lab has written down, so it may be in their own network. */
export class RecordStore {
  readonly names: boolean;
  readonly #url: string;
  readonly #authorization: string;
  readonly #outbound: Outbound;

  constructor({ endpoint, key, secret, names }: RecordStoreOptions) {
    this.names = names;
    this.#url = `${endpoint.replace(/\/+$/, "")}/statements`;
    this.#authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
    this.#outbound = new Outbound({ trustedOrigins: [new URL(endpoint).origin], userAgent: "Ringside (xAPI)" });
  }

  /** For the outbox. */
  async send({ body }: { readonly body: string }): Promise<OutboundAnswer> {
    const headers = { "content-type": "application/json", "x-experience-api-version": XAPI_VERSION, authorization: this.#authorization };
    const answer = await this.#outbound.send(this.#url, { method: "POST", headers, body });
    // It has statements of these ids already: an answer was lost (xAPI 1.0.3, Communication, 2.1.2).
    return answer.status === 409 ? { ...answer, status: 204 } : answer;
  }
}
