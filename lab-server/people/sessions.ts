import { createHash, randomBytes } from "node:crypto";
import type { SessionsView } from "../contract/people.ts";
import type { Store } from "../store/database.ts";
import { addSession, clearSessions, removeSessions, type SessionRecord, seeSession, sessionByHash, sessionsOf } from "../store/sessions.ts";
import { Endings } from "./endings.ts";

/** A session that nobody has used for so long is over; and every one after the second length, however much it is used. In milliseconds. */
const IDLE_MS = 7 * 24 * 3_600_000;
const LONGEST_MS = 30 * 24 * 3_600_000;
/** How often a session's last use is written down, ms. */
const SEEN_EVERY_MS = 60_000;
const CLEAR_EVERY_MS = 3_600_000;
const SECRET = /^[A-Za-z0-9_-]{43}$/;
const BROWSER_CHARACTERS = 200;

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** Where people are signed in. A browser holds a secret of 256 random bits, the database its hash. */
export class Sessions {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #endings = new Endings();
  #clearedAt = 0;

  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /** Signs a person in; the secret is the browser's alone. */
  async begin(person: string, browser: string): Promise<{ readonly id: string; readonly secret: string; readonly seconds: number }> {
    const secret = randomBytes(32).toString("base64url");
    const id = randomBytes(9).toString("base64url");
    const at = new Date(this.#now()).toISOString();
    await addSession(this.#store, { hash: hashOf(secret), id, person, at, browser: browser.replace(/[^\x20-\x7e]/g, "").slice(0, BROWSER_CHARACTERS) });
    return { id, secret, seconds: LONGEST_MS / 1000 };
  }

  /** Whose secret it is; undefined when it is nobody's, or not any more. */
  async find(secret: string): Promise<SessionRecord | undefined> {
    if (!SECRET.test(secret)) return undefined;
    const now = this.#now();
    const session = await sessionByHash(this.#store, hashOf(secret));
    if (session === undefined) return undefined;
    const sinceSeen = now - Date.parse(session.seenAt);
    if (sinceSeen > IDLE_MS || now - Date.parse(session.createdAt) > LONGEST_MS) {
      await this.end(session.person.id, session.id);
      return undefined;
    }
    if (sinceSeen > SEEN_EVERY_MS) await seeSession(this.#store, session.id, new Date(now).toISOString());
    if (now - this.#clearedAt > CLEAR_EVERY_MS) {
      this.#clearedAt = now;
      await clearSessions(this.#store, new Date(now - IDLE_MS).toISOString(), new Date(now - LONGEST_MS).toISOString());
    }
    return session;
  }

  async of(person: string, here: string): Promise<SessionsView> {
    const sessions = await sessionsOf(this.#store, person);
    return { sessions: sessions.map((session) => ({ ...session, here: session.id === here })) };
  }

  /** Ends one session of a person. What is open in it hears of it. */
  async end(person: string, session: string): Promise<void> {
    this.#endings.tell(await removeSessions(this.#store, person, { only: session }));
  }

  /** Ends all sessions of a person, but for the one that is named. */
  async endAll(person: string, but?: string): Promise<void> {
    this.#endings.tell(await removeSessions(this.#store, person, but === undefined ? {} : { but }));
  }

  /** Called once when the session is over: for sockets and streams, which outlive the request that opened them. */
  onEnd(session: string, listener: () => void): () => void {
    return this.#endings.on(session, listener);
  }
}
