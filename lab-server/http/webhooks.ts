import type { FastifyInstance } from "fastify";
import { z } from "zod";
import {
  type DeliveriesView,
  type DeliveryView,
  deliveriesViewSchema,
  deliveryViewSchema,
  type MadeWebhook,
  madeWebhookSchema,
  newWebhookSchema,
  type WebhooksView,
  webhooksViewSchema,
} from "../contract/webhooks.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import { DONE, type Operation } from "./operation.ts";
import { parse } from "./parse.ts";
import { signedIn } from "./people.ts";
import { COSTLY } from "./plugins/limits.ts";

const emptySchema = z.strictObject({}).nullish();
const LIST: Operation = {
  tag: "webhooks",
  summary: "List one's webhooks",
  description: "An admin's list has everybody's.",
  gives: { 200: webhooksViewSchema },
};
const MAKE: Operation = {
  tag: "webhooks",
  summary: "Make a webhook",
  description:
    "Of a class of one's own, or, for admins, of the whole lab. The secret is in this answer alone. What is sent stands under `webhooks` in this document.",
  body: newWebhookSchema,
  gives: { 201: madeWebhookSchema },
  problems: ["limit_reached", "not_allowed", "not_found"],
};
const REMOVE: Operation = { tag: "webhooks", summary: "Remove a webhook", description: "What is on its way to it goes too.", gives: DONE };
const TEST: Operation = { tag: "webhooks", summary: "Try a webhook at once", body: emptySchema, gives: { 200: deliveryViewSchema } };
const DELIVERIES: Operation = { tag: "webhooks", summary: "List the last deliveries", gives: { 200: deliveriesViewSchema } };

type WebhookParams = { Params: { webhook: string } };

/** Webhooks of an instructor's classes, and for admins of the lab. */
export async function webhookRoutes(app: FastifyInstance, { webhooks }: { webhooks: Webhooks }): Promise<void> {
  app.addHook("onRequest", async (_request, reply) => void reply.header("cache-control", "no-store"));

  app.get("/api/v1/webhooks", { config: { api: LIST } }, async (request): Promise<WebhooksView> => {
    return { webhooks: await webhooks.of(signedIn(request).person) };
  });

  app.post("/api/v1/webhooks", { config: { ...COSTLY, api: MAKE } }, async (request, reply): Promise<MadeWebhook> => {
    const made = await webhooks.make(signedIn(request).person, parse(newWebhookSchema, request.body));
    reply.code(201);
    return made;
  });

  app.delete<WebhookParams>("/api/v1/webhooks/:webhook", { config: { api: REMOVE } }, async (request, reply) => {
    await webhooks.remove(signedIn(request).person, request.params.webhook);
    return reply.code(204).send();
  });

  app.post<WebhookParams>("/api/v1/webhooks/:webhook/test", { config: { ...COSTLY, api: TEST } }, async (request): Promise<DeliveryView> => {
    parse(emptySchema, request.body);
    return webhooks.test(signedIn(request).person, request.params.webhook);
  });

  app.get<WebhookParams>("/api/v1/webhooks/:webhook/deliveries", { config: { api: DELIVERIES } }, async (request): Promise<DeliveriesView> => {
    return { deliveries: await webhooks.deliveries(signedIn(request).person, request.params.webhook) };
  });
}
