import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A secret that nobody guesses, fit for URLs, forms and cookies. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept of a secret. Whatever its length, the hash has 64 characters. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether a secret is the one of which this hash was kept. */
export function isSecretOf(hash: string, secret: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(hash));
}
