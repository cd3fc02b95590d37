import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Text } from "../contract/locale.ts";
import { LabError } from "../errors.ts";
import type { Store } from "../store/database.ts";
import type { LtiRegistration } from "../store/lti.ts";
import { insertDeepLink, takeDeepLink } from "../store/lti-logins.ts";
import type { Launch } from "./launch.ts";
import type { Registrations } from "./registrations.ts";
import { hashOf, newSecret } from "./secret.ts";
import type { Tool } from "./tool.ts";
import type { ToolKeys } from "./tool-keys.ts";
import { CLAIM, MESSAGE, VERSION } from "./vocabulary.ts";

/** So long an instructor may think about it, in milliseconds. */
const CHOOSE_WITHIN_MS = 3600_000;
/** The platform takes the answer within this time, in seconds. */
const ANSWER_LIVES_S = 300;

/** An exercise that can be chosen. */
export interface Choice {
  readonly id: string;
  /** What it belongs to, such as its module. Choices of one group stand together. */
  readonly group?: Text;
  readonly title: Text;
  /** Points to reach. */
  readonly points: number;
}

const requestSchema = z.object({
  deployment: z.string(),
  returnUrl: z.string(),
  multiple: z.boolean(),
  data: z.string().optional(),
  locale: z.enum(["en", "zh-cn"]),
});
type StoredRequest = z.output<typeof requestSchema>;

/** What the instructor's browser carries back to the platform. */
export interface DeepLinkAnswer {
  readonly returnUrl: string;
  readonly jwt: string;
  readonly locale: StoredRequest["locale"];
  readonly registration: LtiRegistration;
}

/** Choosing exercises for a course of a platform (Deep Linking 2.0): from the request to the signed answer. */
export class DeepLinking {
  readonly #options: { store: Store; registrations: Registrations; tool: Tool; keys: ToolKeys; now: () => number };

  constructor(options: { store: Store; registrations: Registrations; tool: Tool; keys: ToolKeys; now: () => number }) {
    this.#options = options;
  }

  /** Keeps the request of a launch; gives the secret with which the page that asks for the choice answers, once. */
  async ask({ registration, role, deepLink }: Launch, locale: StoredRequest["locale"]): Promise<string> {
    if (deepLink === undefined || role === "learner") {
      throw new LabError("launch_refused", { params: { check: "roles" }, log: `deep linking asked for by a ${role}` });
    }
    const { store, now } = this.#options;
    const secret = newSecret();
    const request = { ...deepLink, locale };
    const expiresAt = new Date(now() + CHOOSE_WITHIN_MS).toISOString();
    await insertDeepLink(store, { hash: hashOf(secret), registration: registration.id, request, expiresAt }, new Date(now()).toISOString());
    return secret;
  }

  /** The answer with these exercises; with none it says that nothing was chosen. Fails with `launch_over`. */
  async answer(secret: string, chosen: readonly Choice[]): Promise<DeepLinkAnswer> {
    const { store, registrations, keys, now } = this.#options;
    const kept = await takeDeepLink(store, hashOf(secret), new Date(now()).toISOString());
    if (kept === undefined) throw new LabError("launch_over", { log: "no deep linking with this secret" });
    const registration = registrations.get(kept.registration);
    const { deployment, returnUrl, multiple, data, locale } = requestSchema.parse(kept.request);
    const iat = Math.floor(now() / 1000);
    const jwt = await keys.sign({
      iss: registration.clientId,
      aud: registration.issuer,
      iat,
      exp: iat + ANSWER_LIVES_S,
      nonce: randomUUID(),
      [CLAIM.messageType]: MESSAGE.deepLinkingAnswer,
      [CLAIM.version]: VERSION,
      [CLAIM.deployment]: deployment,
      ...(data !== undefined && { [CLAIM.deepLinkingData]: data }),
      [CLAIM.deepLinkingItems]: (multiple ? chosen : chosen.slice(0, 1)).map((choice) => this.#item(choice, locale)),
    });
    return { returnUrl, jwt, locale, registration };
  }

  #item({ id, title, points }: Choice, locale: StoredRequest["locale"]): object {
    return {
      type: "ltiResourceLink",
      title: title[locale],
      url: this.#options.tool.exerciseUrl(id),
      custom: { exercise: id },
      // Terminals want a tab of their own: in a frame they lose shortcuts, clipboard and full screen.
      window: { targetName: "ringside" },
      ...(points > 0 && { lineItem: { scoreMaximum: points, label: title[locale], resourceId: id, tag: "exercise" } }),
    };
  }
}
