import { z } from "zod";

/*
 * Learning platforms (Moodle, Canvas, Open edX) as an administrator of the lab sees them.
 */

const url = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  // What a URL parser would quietly mend is not what was meant.
  .regex(/^[\x21-\x7e]+$/, "expected no spaces and no letters beyond ASCII");
const word = z.string().trim().min(1).max(255);

/** Where a page of the lab may be framed: an origin, whose host may begin with `*.`. */
const ORIGIN = /^https?:\/\/(\*\.)?[0-9a-z-]+(\.[0-9a-z-]+)*(:\d{1,5})?$/i;

/** A platform, as an administrator or the platform itself tells it. */
export const newRegistrationSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  issuer: z.string().trim().min(1).max(2048),
  clientId: word,
  deployments: z.array(word).max(50),
  authUrl: url,
  tokenUrl: url,
  jwksUrl: url,
  /** Whom the lab's assertions address, if not the token URL. */
  authorizationServer: z.string().trim().min(1).max(2048).optional(),
  /** The platform's family, such as `moodle`. */
  product: word.optional(),
  /** Origins besides those of the URLs that may frame the lab's pages. */
  frameOrigins: z.array(z.string().regex(ORIGIN, "expected an origin such as https://school.example or https://*.school.example")).max(20).default([]),
});
export type NewRegistration = z.output<typeof newRegistrationSchema>;

export const newDeploymentSchema = z.strictObject({ deployment: word });

export const registrationViewSchema = newRegistrationSchema.extend({ id: z.string() });
export type RegistrationView = z.output<typeof registrationViewSchema>;

/** What a platform's administrator has to be told, for platforms that register tools by form. */
export const toolViewSchema = z.object({ name: z.string(), loginUrl: z.string(), launchUrl: z.string(), jwksUrl: z.string() });
export type ToolView = z.infer<typeof toolViewSchema>;

/** GET /api/v1/lti */
export const ltiViewSchema = z.object({ tool: toolViewSchema, registrations: z.array(registrationViewSchema) });
export type LtiView = z.infer<typeof ltiViewSchema>;

/** A link by which one platform can register itself. The address is shown this once, and is good until `expiresAt` (ISO 8601). */
export const registrationLinkViewSchema = z.object({ url: z.string(), expiresAt: z.string() });
export type RegistrationLinkView = z.infer<typeof registrationLinkViewSchema>;

/** GET /api/v1/lti/courses: the courses of platforms that one teaches, the latest first. */
export const ltiCoursesViewSchema = z.object({
  courses: z.array(z.object({ id: z.string(), platform: z.string(), title: z.string().optional() })),
});
export type LtiCoursesView = z.infer<typeof ltiCoursesViewSchema>;

/** GET /api/v1/lti/courses/:course/members: who is in the course, as its platform says now, and who of them has come from there to the lab. */
export const ltiRosterViewSchema = z.object({
  members: z.array(
    z.object({
      /** Absent where the platform keeps it to itself. */
      name: z.string().optional(),
      role: z.enum(["learner", "instructor", "admin"]),
      /** When they were here last, ISO 8601. */
      seenAt: z.string().optional(),
    }),
  ),
});
export type LtiRosterView = z.infer<typeof ltiRosterViewSchema>;

/** A score that did not arrive: `waiting` is tried again, `failed` is not. */
export const troubledScoreViewSchema = z.object({
  registration: z.string(),
  /** The platform's id of the user. */
  subject: z.string(),
  lineItem: z.string(),
  state: z.enum(["waiting", "failed"]),
  tries: z.number().int(),
  waitsSince: z.string(),
  /** In the operator's words. */
  error: z.string(),
});
export type TroubledScoreView = z.infer<typeof troubledScoreViewSchema>;
/** GET /api/v1/lti/scores */
export const troubledScoresSchema = z.object({ scores: z.array(troubledScoreViewSchema) });
export type TroubledScores = z.infer<typeof troubledScoresSchema>;
