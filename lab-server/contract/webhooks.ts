import { z } from "zod";

/** What somebody can be told of. `exercise.finished`: a learner has passed all tasks of an exercise for the first time. */
export const EVENT_TYPES = ["exercise.finished", "check.made"] as const;
export type EventType = (typeof EVENT_TYPES)[number];
export const MOST_WEBHOOKS = 20;

/** POST /api/v1/webhooks. Without a class it is told of the whole lab, which only an admin may. */
export const newWebhookSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: "expected an address that begins with https://" })
    .max(2048)
    .regex(/^[\x21-\x7e]+$/, "expected no spaces and no letters beyond ASCII"),
  events: z
    .array(z.enum(EVENT_TYPES))
    .min(1, "expected at least one kind of event")
    .max(EVENT_TYPES.length)
    .refine((events) => new Set(events).size === events.length, "expected each kind once"),
  class: z.string().min(1).max(40).optional(),
});
export type NewWebhook = z.output<typeof newWebhookSchema>;

export const webhookViewSchema = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.enum(EVENT_TYPES)),
  class: z.object({ id: z.string(), name: z.string() }).optional(),
  createdAt: z.string(),
});
export type WebhookView = z.infer<typeof webhookViewSchema>;

/** GET /api/v1/webhooks */
export const webhooksViewSchema = z.object({ webhooks: z.array(webhookViewSchema) });
export type WebhooksView = z.infer<typeof webhooksViewSchema>;

/** What was made, and the secret that signs for it, which is shown this once. */
export const madeWebhookSchema = z.object({ webhook: webhookViewSchema, secret: z.string() });
export type MadeWebhook = z.infer<typeof madeWebhookSchema>;

/** One event on its way to a webhook, or settled. */
export const deliveryViewSchema = z.object({
  id: z.string(),
  type: z.string(),
  state: z.enum(["waiting", "sent", "failed"]),
  tries: z.number().int(),
  /** When it happened. */
  at: z.string(),
  /** When it is tried again; only while it waits. */
  nextAt: z.string().optional(),
  /** Of the last answer; absent where there was none. */
  status: z.number().int().optional(),
});
export type DeliveryView = z.infer<typeof deliveryViewSchema>;

/** GET /api/v1/webhooks/:webhook/deliveries: the newest first. */
export const deliveriesViewSchema = z.object({ deliveries: z.array(deliveryViewSchema) });
export type DeliveriesView = z.infer<typeof deliveriesViewSchema>;

const common = {
  /** The same however often it is sent: `webhook-id`. */
  id: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** The lab's address. */
  lab: z.string(),
  /** Where the webhook is a class's. */
  class: z.object({ id: z.string(), name: z.string() }).optional(),
};
/** The name is that of the class's list, and sent to the class's own webhooks alone. */
const learner = z.object({ id: z.string(), name: z.string().optional() });

/** What is sent. */
export const labEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("exercise.finished"), ...common, learner, exercise: z.string(), attempts: z.number().int() }),
  z.object({
    type: z.literal("check.made"),
    ...common,
    learner,
    exercise: z.string(),
    outcome: z.enum(["passed", "failed"]),
    /** By their ids in the exercise. */
    tasks: z.array(z.object({ task: z.string(), outcome: z.enum(["passed", "failed", "errored"]) })),
    attempts: z.number().int(),
  }),
  z.object({ type: z.literal("webhook.test"), ...common }),
]);
export type LabEvent = z.infer<typeof labEventSchema>;
