import { randomBytes, randomInt } from "node:crypto";
import type { ChangePassword, Register, Role, SignIn } from "../contract/people.ts";
import { LabError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/database.ts";
import {
  addPerson,
  allPeople,
  isClaimed,
  type KnownPerson,
  mergeLearner,
  passwordOf,
  personById,
  personByIdentity,
  setPassword,
  setRole,
} from "../store/people.ts";
import { hashPassword, isPassword, PASSWORD_COST, type PasswordCost } from "./password.ts";
import type { Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";
import { WrongTries } from "./wrong-tries.ts";

/** Who somebody is elsewhere, as their school's sign-in or a learning platform tells it. */
export interface ForeignIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  /** What a new person of this identity is here. */
  readonly role: Role;
}

/** Letters that are not taken for others, 78 bits of them. */
const LETTERS = "abcdefghjkmnpqrstvwxyz23456789";
/** A password that somebody is given, to be changed. */
export const newPassword = (): string => Array.from({ length: 16 }, () => LETTERS[randomInt(LETTERS.length)]).join("");

const newId = (): string => randomBytes(16).toString("hex");

/** A class sits behind one address. */
const ADDRESS_TRIES = 60;

export interface PeopleOptions {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly tokens: Pick<Tokens, "revokeAll">;
  /** Gives what runs under a learner without an account to the one with it. */
  readonly handOver: (from: string, to: string) => void;
  readonly log: Log;
  /** Wrong tries by login, */
  readonly tries?: WrongTries;
  /** and by address. */
  readonly addresses?: WrongTries;
  readonly passwordCost?: PasswordCost;
}

/** People with an account: how they come to be, sign in, and what they may call their own. */
export class People {
  readonly #store: Store;
  readonly #sessions: Sessions;
  readonly #tokens: Pick<Tokens, "revokeAll">;
  readonly #handOver: (from: string, to: string) => void;
  readonly #log: Log;
  readonly #tries: WrongTries;
  readonly #addresses: WrongTries;
  readonly #cost: PasswordCost;

  constructor({ store, sessions, tokens, handOver, log, tries, addresses, passwordCost = PASSWORD_COST }: PeopleOptions) {
    this.#tries = tries ?? new WrongTries();
    this.#addresses = addresses ?? new WrongTries({ free: ADDRESS_TRIES });
    this.#cost = passwordCost;
    this.#store = store;
    this.#handOver = handOver;
    this.#sessions = sessions;
    this.#tokens = tokens;
    this.#log = log;
  }

  /**
   * Makes an account. What the browser's learner has done becomes its own, unless that is somebody's already.
   * Fails with `login_taken`.
   */
  async register(account: Register, learner: string): Promise<KnownPerson> {
    return this.#register(account, learner, "learner");
  }

  /** Makes an account that nobody has asked for in a browser. Fails with `login_taken`. */
  registerAs(account: Register, role: Role): Promise<KnownPerson> {
    return this.#register(account, newId(), role);
  }

  async #register({ login, name, password }: Register, learner: string, role: Role): Promise<KnownPerson> {
    const hash = await hashPassword(password, this.#cost);
    const id = newId();
    const at = new Date().toISOString();
    const added = await addPerson(this.#store, { id, learner, otherwise: newId(), name, role, at, password: { login, hash } });
    if (!added) throw new LabError("login_taken", { params: { login }, log: "a login that is somebody's already" });
    this.#log.info({ person: id, role }, "an account was made");
    return this.#known(id);
  }

  /** Who it is. Fails with `wrong_password`, the same for a login that nobody has, and with `too_many` after wrong tries. */
  async signIn({ login, password, take }: SignIn, learner: string, address: string): Promise<KnownPerson> {
    const name = `login ${login.toLowerCase()}`;
    this.#tries.check(name);
    this.#addresses.check(address);
    const kept = await passwordOf(this.#store, login);
    if (!(await isPassword(password, kept?.hash, this.#cost)) || kept === undefined) {
      this.#tries.wrong(name);
      this.#addresses.wrong(address);
      throw new LabError("wrong_password", { log: "login and password do not belong together" });
    }
    this.#tries.right(name);
    const person = await this.#known(kept.person);
    if (take) await this.take(person, learner);
    return person;
  }

  /** The person of an identity from elsewhere; a new one when it comes for the first time, and then the browser's results are theirs. */
  async byIdentity({ issuer, subject, name, role }: ForeignIdentity, learner: string | undefined): Promise<KnownPerson> {
    const known = await personByIdentity(this.#store, issuer, subject);
    if (known !== undefined) return known;
    const id = newId();
    const added = await addPerson(this.#store, {
      id,
      learner: learner ?? newId(),
      otherwise: newId(),
      name,
      role,
      at: new Date().toISOString(),
      identity: { issuer, subject },
    });
    // Two windows at once: the other one was first.
    const person = added ? await this.#known(id) : await personByIdentity(this.#store, issuer, subject);
    if (person === undefined) throw new LabError("internal", { log: `identity ${subject} of ${issuer} could not be kept` });
    if (added) this.#log.info({ person: id, role, issuer }, "somebody came for the first time");
    return person;
  }

  /** Lets what was done without an account count for a person too. What has been somebody's stays theirs. */
  async take(person: KnownPerson, learner: string): Promise<void> {
    if (!(await mergeLearner(this.#store, learner, person.learner, new Date().toISOString()))) return;
    this.#handOver(learner, person.learner);
    this.#log.info({ person: person.id, learner }, "results without an account were taken along");
  }

  /** Fails with `wrong_password`. Signs out everywhere but here, and revokes the tokens: somebody else may have made one. */
  async changePassword(person: KnownPerson, session: string, { current, password }: ChangePassword): Promise<void> {
    const name = `password of ${person.id}`;
    this.#tries.check(name);
    const kept = person.login === undefined ? undefined : await passwordOf(this.#store, person.login);
    if (!(await isPassword(current, kept?.hash, this.#cost))) {
      this.#tries.wrong(name);
      throw new LabError("wrong_password", { log: `${person.id} gave another password than their own` });
    }
    this.#tries.right(name);
    await setPassword(this.#store, person.id, await hashPassword(password, this.#cost), new Date().toISOString());
    await this.#tokens.revokeAll(person.id);
    await this.#sessions.endAll(person.id, session);
  }

  /** Gives somebody a password that they can change, signs them out everywhere and revokes their tokens. Fails with `not_found` where nobody signs in with one. */
  async resetPassword(id: string): Promise<string> {
    const password = newPassword();
    if (!(await setPassword(this.#store, id, await hashPassword(password, this.#cost), new Date().toISOString())))
      throw new LabError("not_found", { log: `person ${id} does not sign in with a password` });
    await this.#tokens.revokeAll(id);
    await this.#sessions.endAll(id);
    return password;
  }

  /** Fails with `not_found`. A change of role signs out everywhere and revokes all tokens: nothing that is open was allowed under the new one. */
  async setRole(id: string, role: Role): Promise<KnownPerson> {
    if (!(await setRole(this.#store, id, role))) throw new LabError("not_found", { log: `there is no person ${id}` });
    await this.#tokens.revokeAll(id);
    await this.#sessions.endAll(id);
    this.#log.info({ person: id, role }, "somebody's role was changed");
    return this.#known(id);
  }

  /** Whether a learner without an account has become somebody's. */
  isClaimed(learner: string): Promise<boolean> {
    return isClaimed(this.#store, learner);
  }

  all(): ReturnType<typeof allPeople> {
    return allPeople(this.#store);
  }

  async #known(id: string): Promise<KnownPerson> {
    const person = await personById(this.#store, id);
    if (person === undefined) throw new LabError("internal", { log: `person ${id} is not there` });
    return person;
  }
}
