import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import type { Outbound } from "../outbound/outbound.ts";

/** Key sets that are remembered at once; a lab has a handful of platforms. */
const MOST_SETS = 200;

/**
 * The keys that platforms sign with, fetched when first needed and again when a token names an unknown one, but not more
 * often than every 30 s (jose's own limit).
 */
export class PlatformKeys {
  readonly #outbound: Outbound;
  readonly #sets = new Map<string, JWTVerifyGetKey>();

  constructor(outbound: Outbound) {
    this.#outbound = outbound;
  }

  at(jwksUrl: string): JWTVerifyGetKey {
    const known = this.#sets.get(jwksUrl);
    if (known !== undefined) return known;
    const fetched = createRemoteJWKSet(this.#outbound.allowed(jwksUrl), {
      [customFetch]: async (url) => {
        const keys = await this.#outbound.json(String(url), { headers: { accept: "application/jwk-set+json, application/json" } });
        return new Response(JSON.stringify(keys));
      },
    });
    if (this.#sets.size >= MOST_SETS) this.#sets.clear();
    this.#sets.set(jwksUrl, fetched);
    return fetched;
  }
}
