import type { TokenScope } from "../contract/tokens.ts";

/*
 * The tables of what machines use, as `schema.ts` has the others.
 */

/** A program that acts for a person. Of its secret only the hash is kept. */
export interface TokensTable {
  hash: string;
  id: string;
  person: string;
  name: string;
  scope: TokenScope;
  created_at: string;
  expires_at: string;
  used_at: string | null;
}

/** Who is told when something happens. Its secret is computed and kept nowhere. */
export interface WebhooksTable {
  id: string;
  owner: string;
  /** Null: all of the lab. */
  class: string | null;
  url: string;
  /** JSON: the kinds of events. */
  events: string;
  created_at: string;
}

export const DELIVERY_STATES = ["waiting", "sent", "failed"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One thing that somebody is to be told, on its way or settled. */
export interface DeliveriesTable {
  id: string;
  /** `webhook:<id>`, or `xapi`. */
  target: string;
  /** The kind of the event. */
  type: string;
  /** What is sent. */
  body: string;
  state: DeliveryState;
  tries: number;
  waits_since: string;
  next_at: string;
  settled_at: string | null;
  /** Of the last answer. */
  status: number | null;
  /** Why the last try failed. */
  error: string | null;
}

export interface InterfaceTables {
  tokens: TokensTable;
  webhooks: WebhooksTable;
  deliveries: DeliveriesTable;
}
