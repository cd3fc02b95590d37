import { z } from "zod";
import type { OutboundAnswer } from "../outbound/outbound.ts";
import type { LtiRegistration } from "../store/lti.ts";
import type { AgsEndpoint } from "./launch.ts";
import { type PlatformService, readAnswer, serviceFailed } from "./platform-service.ts";
import { MEDIA, SCOPE } from "./vocabulary.ts";

/** A grade book may be long; of a page no more is read. In bytes. */
const LINE_ITEMS_BYTES = 512 * 1024;

/**
 * A score as a grade book takes it. `InProgress` shows that somebody works on it; `Completed` that they are done.
 * `PendingManual` waits for an instructor, and the platform may then show no points.
 */
export const scoreSchema = z
  .strictObject({
    scoreGiven: z.number().min(0).optional(),
    scoreMaximum: z.number().positive(),
    activityProgress: z.enum(["Initialized", "Started", "InProgress", "Submitted", "Completed"]),
    gradingProgress: z.enum(["FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"]),
    comment: z.string().max(4000).optional(),
  })
  .refine(({ scoreGiven, scoreMaximum }) => scoreGiven === undefined || scoreGiven <= scoreMaximum, "more points than there are");
export type Score = z.output<typeof scoreSchema>;

/** A line of a grade book that is to be made. */
export interface NewLineItem {
  readonly label: string;
  readonly scoreMaximum: number;
  /** Our word for what it grades: the exercise. Finds it again. */
  readonly resourceId: string;
  readonly resourceLinkId?: string;
}

const lineItemSchema = z.looseObject({
  id: z.string().min(1).max(2048),
  resourceId: z.string().nullish(),
  resourceLinkId: z.union([z.string(), z.number()]).nullish(),
});

/** Assignment and Grade Services 2.0. */
export class Grades {
  readonly #service: PlatformService;

  constructor(service: PlatformService) {
    this.#service = service;
  }

  /** Sends a score; the answer is the caller's to judge. `at` must be later than that of every earlier one for this user and line. */
  postScore(registration: LtiRegistration, lineItem: string, subject: string, score: Score, at: string): Promise<OutboundAnswer> {
    return this.#service.send(registration, [SCOPE.score], belowPath(lineItem, "scores"), {
      method: "POST",
      headers: { "content-type": MEDIA.score },
      body: JSON.stringify({ userId: subject, timestamp: at, ...score }),
    });
  }

  /** The line that a launch's link has, the one that was made for this exercise before, or a new one. Undefined where the platform allows none. */
  async lineItemFor(registration: LtiRegistration, { lineItem, lineItems, scopes }: AgsEndpoint, wanted: NewLineItem): Promise<string | undefined> {
    if (lineItem !== undefined) return lineItem;
    if (lineItems === undefined || !scopes.includes(SCOPE.lineItem)) return undefined;
    const query = new URL(lineItems);
    query.searchParams.set("resource_id", wanted.resourceId);
    if (wanted.resourceLinkId !== undefined) query.searchParams.set("resource_link_id", wanted.resourceLinkId);
    const found = await this.#service.send(registration, [SCOPE.lineItem], query.href, { headers: { accept: MEDIA.lineItems }, maxBytes: LINE_ITEMS_BYTES });
    // Platforms may pay no heed to the filter.
    const fits = ({ resourceId, resourceLinkId }: z.output<typeof lineItemSchema>): boolean =>
      resourceId === wanted.resourceId && (wanted.resourceLinkId === undefined || String(resourceLinkId ?? "") === wanted.resourceLinkId);
    const present = readAnswer(z.array(lineItemSchema), query.href, found).find(fits);
    if (present !== undefined) return present.id;
    const made = await this.#service.send(registration, [SCOPE.lineItem], lineItems, {
      method: "POST",
      headers: { "content-type": MEDIA.lineItem, accept: MEDIA.lineItem },
      body: JSON.stringify(wanted),
    });
    return readAnswer(lineItemSchema, lineItems, made).id;
  }
}

/** A service below a URL that may carry a query: Moodle's is `…/lineitem?type_id=1`, and its scores are at `…/lineitem/scores?type_id=1`. */
export function belowPath(text: string, name: string): string {
  if (!URL.canParse(text)) throw serviceFailed(text, "is no URL");
  const url = new URL(text);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${name}`;
  return url.href;
}
