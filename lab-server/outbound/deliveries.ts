import type { Log } from "../log.ts";
import type { Store } from "../store/database.ts";
import { addDeliveries, type DeliveryRecord, dueDeliveries, type NewDelivery, settleDelivery } from "../store/deliveries.ts";
import type { OutboundAnswer } from "./outbound.ts";
import { Outbox } from "./outbox.ts";

/** What is settled is listed for so long, in milliseconds. */
const KEPT_MS = 7 * 24 * 3600_000;

export interface DeliveriesOptions {
  readonly store: Store;
  readonly log: Log;
  /** How one is sent, by what its target begins with: `webhook`, `xapi`. */
  readonly senders: Readonly<Record<string, (delivery: DeliveryRecord) => Promise<OutboundAnswer>>>;
  readonly now?: () => number;
}

/** Events on their way to webhooks and to a learning record store. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #outbox: Outbox<DeliveryRecord>;
  #started = false;

  constructor(options: DeliveriesOptions) {
    const { store, log, senders, now = Date.now } = options;
    this.#options = options;
    this.#outbox = new Outbox(
      {
        words: { what: "an event", whom: "its receiver" },
        due: (moment, limit) => dueDeliveries(store, moment, limit),
        receiverOf: ({ target }) => target,
        send: async (delivery) => {
          const sender = senders[delivery.target.split(":")[0] ?? ""];
          return sender === undefined ? { status: 410, headers: {}, body: "there is no such receiver now" } : sender(delivery);
        },
        settle: (delivery, outcome) => settleDelivery(store, delivery, outcome, new Date(now()).toISOString()),
        fieldsOf: ({ target, id, type }) => ({ target, event: id, type }),
      },
      { log, now },
    );
  }

  start(): void {
    this.#started = true;
    this.#outbox.start();
    void this.#outbox.send();
  }

  close(): Promise<void> {
    return this.#outbox.close();
  }

  /** Sends what is due. */
  send(): Promise<void> {
    return this.#outbox.send();
  }

  /** Keeps what is to be told, and begins to send it. */
  async put(deliveries: readonly NewDelivery[]): Promise<void> {
    const { store, now = Date.now } = this.#options;
    await addDeliveries(store, deliveries, new Date(now()).toISOString(), new Date(now() - KEPT_MS).toISOString());
    if (this.#started && deliveries.length > 0) void this.#outbox.send();
  }
}
