import { randomBytes } from "node:crypto";
import type { DeliveryView, LabEvent, MadeWebhook, NewWebhook, WebhookView } from "../contract/webhooks.ts";
import { MOST_WEBHOOKS } from "../contract/webhooks.ts";
import { LabError } from "../errors.ts";
import type { Outbound, OutboundAnswer } from "../outbound/outbound.ts";
import { classById } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { type DeliveryRecord, deliveriesOf } from "../store/deliveries.ts";
import type { KnownPerson } from "../store/people.ts";
import { addWebhook, removeWebhook, type WebhookRecord, webhookById, webhooksOf } from "../store/webhooks.ts";
import { secretOf, signedHeaders } from "./sign.ts";

/** So many deliveries are listed. */
const LISTED = 50;
const TARGET = "webhook:";
export const targetOf = (webhook: string): string => `${TARGET}${webhook}`;

export interface WebhooksOptions {
  readonly store: Store;
  readonly outbound: Outbound;
  /** The secrets are computed from it. */
  readonly key: Buffer;
  /** The lab's address. */
  readonly publicUrl: string;
}

const viewOf = ({ owner: _owner, events, class: of, ...rest }: WebhookRecord): WebhookView => ({ ...rest, events: [...events], ...(of && { class: of }) });

/** Who is told when something happens: an instructor's own classes, or for an admin all of the lab. */
export class Webhooks {
  readonly #options: WebhooksOptions;

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  /** An instructor's own; admins see all. */
  async of(person: KnownPerson): Promise<WebhookView[]> {
    const all = await webhooksOf(this.#options.store, person.role === "admin" ? undefined : person.id);
    return all.map(viewOf);
  }

  /** Fails with `not_allowed` for the whole lab, unless it is an admin; with `not_found` for another one's class; with `bad_request`, `limit_reached`. */
  async make(person: KnownPerson, { url, events, class: of }: NewWebhook): Promise<MadeWebhook> {
    const { store, key } = this.#options;
    if (of === undefined && person.role !== "admin") throw new LabError("not_allowed", { log: `${person.id} wants to be told of the whole lab` });
    const record = of === undefined ? undefined : await classById(store, of);
    if (of !== undefined && (record === undefined || (record.owner !== person.id && person.role !== "admin")))
      throw new LabError("not_found", { log: `${person.id} has no class ${of}` });
    this.#allowed(url);
    const id = randomBytes(9).toString("base64url");
    if (!(await addWebhook(store, { id, owner: person.id, url, events, class: of, at: new Date().toISOString() }, MOST_WEBHOOKS)))
      throw new LabError("limit_reached", { params: { limit: MOST_WEBHOOKS }, log: `${person.id} has ${MOST_WEBHOOKS} webhooks` });
    return { webhook: viewOf(await this.#find(person, id)), secret: secretOf(key, id) };
  }

  /** Fails with `not_found`, also for another one's. */
  async remove(person: KnownPerson, id: string): Promise<void> {
    await this.#find(person, id);
    await removeWebhook(this.#options.store, id, targetOf(id));
  }

  /** The last ones. Fails as `remove`. */
  async deliveries(person: KnownPerson, id: string): Promise<DeliveryView[]> {
    await this.#find(person, id);
    const records = await deliveriesOf(this.#options.store, targetOf(id), LISTED);
    return records.map(({ id: event, type, state, tries, waitsSince, nextAt, status }) => {
      return { id: event, type, state, tries, at: waitsSince, ...(state === "waiting" && { nextAt }), ...(status !== undefined && { status }) };
    });
  }

  /** Sends a word at once, and tells what came back. Fails as `remove`. */
  async test(person: KnownPerson, id: string): Promise<DeliveryView> {
    const hook = await this.#find(person, id);
    const at = new Date().toISOString();
    const event: LabEvent = { type: "webhook.test", id: newEventId(), at, lab: this.#options.publicUrl, ...(hook.class && { class: hook.class }) };
    const told = { id: event.id, type: event.type, tries: 1, at };
    try {
      const { status } = await this.#post(hook, event.id, JSON.stringify(event));
      return { ...told, state: status >= 200 && status < 300 ? "sent" : "failed", status };
    } catch (thrown) {
      if (thrown instanceof LabError && thrown.code === "platform_failed") return { ...told, state: "failed" };
      throw thrown;
    }
  }

  /** For the outbox. */
  async send({ target, id, body }: Pick<DeliveryRecord, "target" | "id" | "body">): Promise<OutboundAnswer> {
    const hook = await webhookById(this.#options.store, target.slice(TARGET.length));
    // Nobody is there who may be told: as if the receiver had said that it is gone.
    if (hook === undefined) return { status: 410, headers: {}, body: "the webhook is no more" };
    return this.#post(hook, id, body);
  }

  #post({ id: hook, url }: WebhookRecord, id: string, body: string): Promise<OutboundAnswer> {
    const headers = signedHeaders(secretOf(this.#options.key, hook), { id, body, at: new Date() });
    return this.#options.outbound.send(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
  }

  async #find(person: KnownPerson, id: string): Promise<WebhookRecord> {
    const hook = await webhookById(this.#options.store, id);
    if (hook === undefined || (hook.owner !== person.id && person.role !== "admin"))
      throw new LabError("not_found", { log: `${person.id} has no webhook ${id}` });
    return hook;
  }

  #allowed(url: string): void {
    try {
      this.#options.outbound.allowed(url);
    } catch (cause) {
      const log = cause instanceof Error ? cause.message : String(cause);
      throw new LabError("bad_request", { params: { reason: "url: expected https:// and a public address, without a password" }, log, cause });
    }
  }
}

export const newEventId = (): string => `evt_${randomBytes(12).toString("base64url")}`;
