import { randomBytes } from "node:crypto";
import type { NewRegistration } from "../contract/lti.ts";
import { LabError } from "../errors.ts";
import type { Outbound } from "../outbound/outbound.ts";
import type { Store } from "../store/database.ts";
import {
  allRegistrations,
  insertDeployment,
  insertRegistration,
  insertRegistrationLink,
  type LtiRegistration,
  removeRegistration,
  settleRegistrationLink,
  takeRegistrationLink,
} from "../store/lti.ts";
import { hashOf, newSecret } from "./secret.ts";

/** A registration link waits this long for the platform's administrator, in milliseconds. */
const LINK_LIVES_MS = 24 * 3600_000;

/** The platforms that may launch the lab, and how new ones come in. */
export class Registrations {
  readonly #store: Store;
  readonly #outbound: Outbound;
  #all: readonly LtiRegistration[];

  private constructor(store: Store, outbound: Outbound, all: readonly LtiRegistration[]) {
    this.#store = store;
    this.#outbound = outbound;
    this.#all = all;
  }

  static async open(store: Store, outbound: Outbound): Promise<Registrations> {
    return new Registrations(store, outbound, await allRegistrations(store));
  }

  list(): readonly LtiRegistration[] {
    return this.#all;
  }

  /** Fails with `platform_unknown`. */
  get(id: string): LtiRegistration {
    const found = this.#all.find((one) => one.id === id);
    if (found === undefined) throw unknown(`registration ${id}`);
    return found;
  }

  /** By what a platform says of itself. Without a client only where the issuer has one alone. Fails with `platform_unknown`. */
  find(issuer: string, clientId: string | undefined): LtiRegistration {
    const ofIssuer = this.#all.filter((one) => one.issuer === issuer);
    const found = clientId === undefined ? ofIssuer : ofIssuer.filter((one) => one.clientId === clientId);
    const [only] = found;
    if (only === undefined || found.length > 1) throw unknown(clientId === undefined ? issuer : `${issuer}, client ${clientId}`);
    return only;
  }

  /** Fails with `bad_request` where the issuer has this client already, `platform_failed` where a URL may not be asked. */
  async add(registration: NewRegistration): Promise<LtiRegistration> {
    for (const text of [registration.authUrl, registration.tokenUrl, registration.jwksUrl]) this.#outbound.allowed(text);
    const { authorizationServer, product, ...rest } = registration;
    const added: LtiRegistration = {
      ...rest,
      deployments: [...new Set(registration.deployments)],
      id: randomBytes(8).toString("hex"),
      ...(authorizationServer !== undefined && { authorizationServer }),
      ...(product !== undefined && { product }),
    };
    const id = await insertRegistration(this.#store, added, new Date().toISOString());
    if (id === undefined) {
      const reason = `${registration.issuer} has the client ${registration.clientId} already`;
      throw new LabError("bad_request", { params: { reason }, log: reason });
    }
    await this.#reload();
    return this.get(id);
  }

  /** A tool may be deployed many times by one client, each for other courses. Fails with `platform_unknown`. */
  async addDeployment(id: string, deployment: string): Promise<LtiRegistration> {
    await insertDeployment(this.#store, this.get(id).id, deployment);
    await this.#reload();
    return this.get(id);
  }

  /** No launch from it is taken any more. Who came from it stays known. Fails with `platform_unknown`. */
  async remove(id: string): Promise<void> {
    await removeRegistration(this.#store, this.get(id).id, new Date().toISOString());
    await this.#reload();
  }

  /** A secret with which one platform can register itself, once and within a day. `madeBy` is for the record. */
  async makeLink(madeBy: string, now = new Date()): Promise<{ secret: string; expiresAt: string }> {
    const secret = newSecret();
    const expiresAt = new Date(now.getTime() + LINK_LIVES_MS).toISOString();
    await insertRegistrationLink(this.#store, { hash: hashOf(secret), madeBy, at: now.toISOString(), expiresAt });
    return { secret, expiresAt };
  }

  /**
   * Registers by a link. While `register` runs nobody else can use it; when that fails it may be tried again.
   * Fails with `link_over`, or as `register` and `add`.
   */
  async redeem(secret: string, register: () => Promise<NewRegistration>): Promise<LtiRegistration> {
    const hash = hashOf(secret);
    if (!(await takeRegistrationLink(this.#store, hash, new Date().toISOString()))) {
      throw new LabError("link_over", { log: "a registration link that is unknown, used or too old" });
    }
    let added: LtiRegistration | undefined;
    try {
      added = await this.add(await register());
      return added;
    } finally {
      await settleRegistrationLink(this.#store, hash, added?.id);
    }
  }

  /** The origins that may frame pages of the lab: those of the platforms' addresses, and what an administrator added. */
  frameOrigins(): string[] {
    const origins = this.#all.flatMap(({ issuer, authUrl, frameOrigins }) => [issuer, authUrl].flatMap(originOf).concat(frameOrigins));
    return [...new Set(origins)];
  }

  async #reload(): Promise<void> {
    this.#all = await allRegistrations(this.#store);
  }
}

/**
 * The web origin of a text that may be a URL, in a list of one or none. Fit for a header: a host name in a URL may have a
 * semicolon, which would end a directive there.
 */
export function originOf(text: string): string[] {
  const origin = URL.canParse(text) ? new URL(text).origin : "";
  return /^https?:\/\/[0-9a-z.:[\]_-]+$/i.test(origin) ? [origin] : [];
}

function unknown(what: string): LabError {
  return new LabError("platform_unknown", { params: { what: what.slice(0, 200) }, log: `not registered: ${what}` });
}
