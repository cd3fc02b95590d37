import type { Log } from "../log.ts";
import { Outbound, type OutboundOptions } from "../outbound/outbound.ts";
import type { Store } from "../store/database.ts";
import { addLtiUser, type LtiRegistration, learnerOfLtiUser, rememberPlacement } from "../store/lti.ts";
import { Grades, type NewLineItem } from "./ags.ts";
import { CarryCodes } from "./carry-codes.ts";
import { Courses } from "./courses.ts";
import { DeepLinking } from "./deep-linking.ts";
import { type RegistrationRequest, registerAt } from "./dynamic-registration.ts";
import type { Launch } from "./launch.ts";
import { Logins, type OpenLogin } from "./logins.ts";
import { type Member, membersOf } from "./nrps.ts";
import { PlatformKeys } from "./platform-keys.ts";
import { PlatformService } from "./platform-service.ts";
import { Registrations } from "./registrations.ts";
import { ScoreOutbox } from "./score-outbox.ts";
import { Tool } from "./tool.ts";
import { ToolKeys } from "./tool-keys.ts";
import { verifyLaunch } from "./verify-launch.ts";

/** How often it is looked whether the tool's key is old, in milliseconds. */
const LOOK_AT_KEYS_EVERY_MS = 6 * 3600_000;

export interface LtiOptions {
  readonly store: Store;
  /** In its folder `keys/` are the tool's. */
  readonly stateDir: string;
  /** The origin under which browsers reach the lab. */
  readonly publicUrl: string;
  readonly log: Log;
  readonly outbound?: OutboundOptions;
  /** For tests: the clock. */
  readonly now?: () => number;
}

/**
 * The lab as a tool of learning platforms: LTI 1.3 with Deep Linking, Assignment and Grade Services, Names and Roles, and
 * Dynamic Registration. It knows learners by their id alone; who they are and what sessions they have is for others.
 */
export class Lti {
  readonly tool: Tool;
  readonly keys: ToolKeys;
  readonly registrations: Registrations;
  readonly logins: Logins;
  readonly deepLinking: DeepLinking;
  readonly carry: CarryCodes;
  readonly scores: ScoreOutbox;
  readonly courses: Courses;
  readonly #options: LtiOptions;
  readonly #now: () => number;
  readonly #outbound: Outbound;
  readonly #platformKeys: PlatformKeys;
  readonly #service: PlatformService;
  readonly #grades: Grades;
  /** Lines that are being asked for. */
  readonly #lineItems = new Map<string, Promise<string | undefined>>();
  #timer: NodeJS.Timeout | undefined;

  private constructor(options: LtiOptions, outbound: Outbound, keys: ToolKeys, registrations: Registrations) {
    const { store, log, now = Date.now } = options;
    const tool = new Tool(options.publicUrl);
    this.#options = options;
    this.#now = now;
    this.#outbound = outbound;
    this.#platformKeys = new PlatformKeys(outbound);
    this.#service = new PlatformService({ outbound, keys, now });
    this.#grades = new Grades(this.#service);
    this.tool = tool;
    this.keys = keys;
    this.registrations = registrations;
    this.logins = new Logins({ store, registrations, tool, now });
    this.deepLinking = new DeepLinking({ store, registrations, tool, keys, now });
    this.carry = new CarryCodes(now);
    this.courses = new Courses({ store, membersOf: (registration, url) => this.members(registration, url), now });
    this.scores = new ScoreOutbox({ store, registrations, grades: this.#grades, log, now });
  }

  static async open(options: LtiOptions): Promise<Lti> {
    const outbound = new Outbound({ userAgent: "Ringside (LTI 1.3 tool)", ...options.outbound });
    const [keys, registrations] = await Promise.all([ToolKeys.open(options.stateDir, options.now), Registrations.open(options.store, outbound)]);
    return new Lti(options, outbound, keys, registrations);
  }

  /** Begins to send scores and to look after the keys. */
  start(): void {
    this.scores.start();
    const look = (): void =>
      void this.keys.rotateWhenOld().catch((error: unknown) => this.#options.log.error({ err: error }, "the tool's key was not replaced"));
    look();
    this.#timer ??= setInterval(look, LOOK_AT_KEYS_EVERY_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.scores.close();
  }

  /** Registers the lab at a platform by a link of `Registrations.makeLink`. Fails with `link_over` or `platform_failed`. */
  async register(secret: string, request: RegistrationRequest): Promise<LtiRegistration> {
    const registration = await this.registrations.redeem(secret, () => registerAt(request, this.tool, this.#outbound));
    this.#options.log.info({ registration: registration.id, issuer: registration.issuer }, "a learning platform registered the lab");
    return registration;
  }

  /** The launch that a token tells, in answer to a login that was just taken. Fails as `verifyLaunch`. */
  async verify({ registration, nonce }: OpenLogin, idToken: string): Promise<Launch> {
    const keys = this.#platformKeys.at(registration.jwksUrl);
    const launch = await verifyLaunch(idToken, { registration, nonce, keys, origin: this.tool.origin, now: new Date(this.#now()) });
    if (launch.ags?.lineItem !== undefined) await this.#remember(launch, launch.ags.lineItem);
    return launch;
  }

  /**
   * Which learner a platform's user is. One who was never here becomes the one that `make` gives; its row must be in the
   * store. Never found by name or e-mail: those are whatever the user typed.
   */
  async learnerOf(registration: string, subject: string, make: () => Promise<string>): Promise<string> {
    const known = await learnerOfLtiUser(this.#options.store, registration, subject);
    if (known !== undefined) return known;
    return addLtiUser(this.#options.store, { registration, subject, learner: await make() }, new Date(this.#now()).toISOString());
  }

  /** Who is in the platform's course, when an instructor asks. Fails with `platform_failed`. */
  members(registration: string, membersUrl: string): Promise<Member[]> {
    return membersOf(this.#service, this.registrations.get(registration), membersUrl);
  }

  /**
   * Sees to it that a learner's results have a line of the grade book, though the link came without one: the line that the
   * course has for the exercise, or a new one. To be called when a launch arrives; gives whether there is a line now. Fails
   * with `platform_failed`.
   */
  async place(launch: Launch, { label, scoreMaximum }: Pick<NewLineItem, "label" | "scoreMaximum">): Promise<boolean> {
    const { registration, exercise, ags, resourceLink } = launch;
    if (!launch.graded || exercise === undefined || ags === undefined) return false;
    const wanted = { label, scoreMaximum, resourceId: exercise, ...(resourceLink && { resourceLinkId: resourceLink.id }) };
    const key = JSON.stringify([registration.id, ags.lineItem, ags.lineItems, wanted.resourceId, wanted.resourceLinkId]);
    // A class that comes at once is to have one line and not thirty.
    const asked = this.#lineItems.get(key) ?? this.#grades.lineItemFor(registration, ags, wanted).finally(() => this.#lineItems.delete(key));
    this.#lineItems.set(key, asked);
    const lineItem = await asked;
    return lineItem !== undefined && this.#remember(launch, lineItem);
  }

  async #remember({ registration, subject, exercise, context, graded }: Launch, lineItem: string): Promise<boolean> {
    if (!graded || subject === undefined || exercise === undefined) return false;
    try {
      this.#outbound.allowed(lineItem);
    } catch (error) {
      // No reason to turn the learner away.
      this.#options.log.warn({ err: error, registration: registration.id }, "scores cannot go to this line of the grade book");
      return false;
    }
    const place = { registration: registration.id, subject, lineItem, exercise, ...(context && { context: context.id }) };
    await rememberPlacement(this.#options.store, place, new Date(this.#now()).toISOString());
    return true;
  }
}
