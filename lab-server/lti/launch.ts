import type { Locale } from "../contract/locale.ts";
import type { LtiRegistration } from "../store/lti.ts";
import type { LtiRole } from "./roles.ts";

/** A line of a grade book, or the way to make one. */
export interface AgsEndpoint {
  readonly scopes: readonly string[];
  /** All lines of the course. */
  readonly lineItems?: string;
  /** The line of this very link. */
  readonly lineItem?: string;
}

/** What an instructor's choice of exercises is answered to. */
export interface DeepLinkRequest {
  readonly deployment: string;
  readonly returnUrl: string;
  readonly multiple: boolean;
  /** The platform's own, sent back as it came. */
  readonly data?: string;
}

/** A launch that was verified: the platform vouches for all of it. */
export interface Launch {
  readonly registration: LtiRegistration;
  readonly deployment: string;
  /** Together with the registration: who it is. Undefined where the platform does not say. */
  readonly subject?: string;
  readonly name?: string;
  readonly role: LtiRole;
  /** Whether the platform takes scores for this person. */
  readonly graded: boolean;
  readonly locale?: Locale;
  /** The course at the platform. */
  readonly context?: { readonly id: string; readonly title?: string };
  /** The link in that course. */
  readonly resourceLink?: { readonly id: string; readonly title?: string };
  readonly custom: Readonly<Record<string, string>>;
  /** The exercise that the link names. It may not exist. */
  readonly exercise?: string;
  /** Path and query of the link's target on our own origin. */
  readonly target: string;
  readonly ags?: AgsEndpoint;
  /** Where the course's members are listed. */
  readonly membersUrl?: string;
  /** An instructor wants to choose exercises. */
  readonly deepLink?: DeepLinkRequest;
  /** Whether the platform says that it shows the lab inside a page of its own. */
  readonly inFrame: boolean;
}
