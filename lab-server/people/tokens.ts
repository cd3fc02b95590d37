import { createHash, randomBytes } from "node:crypto";
import { type MadeToken, MOST_TOKENS, type NewToken, type TokensView } from "../contract/tokens.ts";
import { LabError } from "../errors.ts";
import type { Store } from "../store/database.ts";
import { addToken, removeTokens, type TokenRecord, tokenByHash, tokensOf, touchToken } from "../store/tokens.ts";
import { Endings } from "./endings.ts";
import { WrongTries } from "./wrong-tries.ts";

/** So that one that was published by mistake is found by those who look for them. */
const PREFIX = "ringside_";
const TOKEN = /^ringside_[A-Za-z0-9_-]{43}$/;
/** How often a token's last use is written down, ms. */
const SEEN_EVERY_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** A class room of programs behind one address may be wrong so often before it waits. */
const FREE = 60;

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** Programs that act for a person. One holds a secret of 256 random bits, the database its hash. */
export class Tokens {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #endings = new Endings();
  readonly #tries: WrongTries;

  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
    this.#tries = new WrongTries({ free: FREE, now });
  }

  /** The secret is shown once. Fails with `limit_reached`. */
  async make(person: string, { name, scope, days }: NewToken): Promise<MadeToken> {
    const secret = `${PREFIX}${randomBytes(32).toString("base64url")}`;
    const now = this.#now();
    const at = new Date(now).toISOString();
    const token = { id: randomBytes(9).toString("base64url"), name, scope, createdAt: at, expiresAt: new Date(now + days * DAY_MS).toISOString() };
    const { id, expiresAt } = token;
    if (!(await addToken(this.#store, { hash: hashOf(secret), id, person, name, scope, at, expiresAt }, MOST_TOKENS)))
      throw new LabError("limit_reached", { params: { limit: MOST_TOKENS }, log: `${person} has ${MOST_TOKENS} tokens` });
    return { token, secret };
  }

  /** Whose token it is. Fails with `token_refused`, and with `too_many` after many wrong ones from one address. */
  async find(secret: string, address: string): Promise<TokenRecord> {
    this.#tries.check(address);
    const now = this.#now();
    const token = TOKEN.test(secret) ? await tokenByHash(this.#store, hashOf(secret)) : undefined;
    if (token === undefined || Date.parse(token.expiresAt) <= now) {
      this.#tries.wrong(address);
      throw new LabError("token_refused", { log: token === undefined ? "a token that is nobody's" : `token ${token.id} has expired` });
    }
    if (token.usedAt === undefined || now - Date.parse(token.usedAt) > SEEN_EVERY_MS) await touchToken(this.#store, token.id, new Date(now).toISOString());
    return token;
  }

  async of(person: string): Promise<TokensView> {
    return { tokens: await tokensOf(this.#store, person) };
  }

  /** What was opened with it is cut. Fails with `not_found`. */
  async revoke(person: string, id: string): Promise<void> {
    const gone = await removeTokens(this.#store, person, id);
    if (gone.length === 0) throw new LabError("not_found", { log: `${person} has no token ${id}` });
    this.#endings.tell(gone);
  }

  async revokeAll(person: string): Promise<void> {
    this.#endings.tell(await removeTokens(this.#store, person));
  }

  /** Called once when the token is revoked. */
  onEnd(id: string, listener: () => void): () => void {
    return this.#endings.on(id, listener);
  }
}
