/*
 * The tables of LTI, as `schema.ts` has the others. A secret is kept as its SHA-256 in hex: who reads the database can
 * neither finish a login nor use a link.
 */

/** A learning platform that may launch the lab. Never deleted: people and scores hang on it. */
export interface LtiRegistrationsTable {
  id: string;
  name: string;
  issuer: string;
  client_id: string;
  auth_url: string;
  token_url: string;
  jwks_url: string;
  /** Whom our assertions address; null: the token URL. */
  authorization_server: string | null;
  /** The platform's family, such as `moodle`, as far as it was told. */
  product: string | null;
  /** JSON: origins besides those of the URLs that may frame the lab's pages. */
  frame_origins: string;
  created_at: string;
  removed_at: string | null;
}

export interface LtiDeploymentsTable {
  registration: string;
  deployment: string;
}

/** A link that an administrator of the lab hands to one of a platform. */
export interface LtiRegistrationLinksTable {
  hash: string;
  made_by: string;
  created_at: string;
  expires_at: string;
  used_at: string | null;
  registration: string | null;
}

/** A login under way, and for as long as its token could be played again, one that was used. */
export interface LtiLoginsTable {
  state_hash: string;
  nonce: string;
  registration: string;
  /** Of the secret that only the browser which began has. */
  browser_hash: string;
  /** JSON: what the platform began it with, to begin it again. */
  initiation: string;
  expires_at: string;
  used_at: string | null;
}

/** An instructor who is choosing exercises. */
export interface LtiDeepLinksTable {
  hash: string;
  registration: string;
  /** JSON: where the answer goes. */
  request: string;
  expires_at: string;
}

/** Who a platform's user is here. */
export interface LtiUsersTable {
  registration: string;
  subject: string;
  learner: string;
  created_at: string;
}

/** A line of a grade book from which a user came to an exercise. */
export interface LtiPlacementsTable {
  registration: string;
  subject: string;
  line_item: string;
  exercise: string;
  context: string | null;
  seen_at: string;
}

/** A course of a platform from which somebody has come. */
export interface LtiCoursesTable {
  id: string;
  registration: string;
  /** The platform's id of it. */
  context: string;
  title: string | null;
  /** Where the platform lists its members. */
  members_url: string | null;
  seen_at: string;
}

/** Somebody who has come from a course. */
export interface LtiVisitsTable {
  course: string;
  subject: string;
  teaches: number;
  seen_at: string;
}

export const LTI_SCORE_STATES = ["waiting", "sent", "failed"] as const;
export type LtiScoreState = (typeof LTI_SCORE_STATES)[number];

/** The newest score of a user in a line item, told to the platform or still to be told. */
export interface LtiScoresTable {
  registration: string;
  subject: string;
  line_item: string;
  /** JSON. */
  score: string;
  /** Rises with every score of the row, and so names the version of it. */
  timestamp: string;
  state: LtiScoreState;
  tries: number;
  waits_since: string;
  next_at: string;
  /** Why the last try failed. */
  error: string | null;
}

export interface LtiTables {
  lti_registrations: LtiRegistrationsTable;
  lti_deployments: LtiDeploymentsTable;
  lti_registration_links: LtiRegistrationLinksTable;
  lti_logins: LtiLoginsTable;
  lti_deep_links: LtiDeepLinksTable;
  lti_users: LtiUsersTable;
  lti_placements: LtiPlacementsTable;
  lti_scores: LtiScoresTable;
  lti_courses: LtiCoursesTable;
  lti_visits: LtiVisitsTable;
}
