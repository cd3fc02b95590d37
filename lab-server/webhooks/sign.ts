import { createHmac } from "node:crypto";

/*
 * Signatures after Standard Webhooks (https://www.standardwebhooks.com, specification 1.0.0), for which there are libraries
 * in many languages.
 */

/** The secret of a webhook. It is computed from the server's key, so that the database holds nothing with which somebody could sign. */
export function secretOf(key: Buffer, webhook: string): string {
  return `whsec_${createHmac("sha256", key).update(`webhook ${webhook}`).digest("base64")}`;
}

/** The headers by which a receiver knows that it is ours, when it was sent, and whether it has it already. */
export function signedHeaders(secret: string, message: { readonly id: string; readonly body: string; readonly at: Date }): Record<string, string> {
  const { id, body, at } = message;
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
