import { z } from "zod";

/** What somebody with an account is here. Learners without one have no role. */
export const ROLES = ["learner", "instructor", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** As it is typed: letters, digits and `._@-`, so that an address of mail serves too. */
const login = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{1,63}$/u, "expected 2 to 64 letters, digits and . _ @ + -");
/** For people to read: any letters, no control characters. */
export const personNameSchema = z
  .string()
  .trim()
  .min(1, "expected a name")
  .max(60, "expected at most 60 characters")
  .regex(/^[^\p{C}]*$/u, "expected no control characters");
/** Length alone decides (NIST SP 800-63B, 5.1.1.2). */
export const PASSWORD_MIN = 10;
const newPassword = z.string().min(PASSWORD_MIN, `expected at least ${PASSWORD_MIN} characters`).max(200, "expected at most 200 characters");
const password = z.string().max(200, "expected at most 200 characters");

/** Who is signed in. */
export const personSchema = z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES), login: z.string().optional() });
export type Person = z.infer<typeof personSchema>;

/** POST /api/v1/account: a new account. What was done in this browser without one becomes its own. */
export const registerSchema = z.strictObject({ login, name: personNameSchema, password: newPassword });
export type Register = z.input<typeof registerSchema>;

/** POST /api/v1/session: sign in. With `take`, what was done in this browser without an account counts for it too. */
export const signInSchema = z.strictObject({ login: z.string().trim().max(100), password, take: z.boolean().default(false) });
export type SignIn = z.input<typeof signInSchema>;

/** POST /api/v1/account/password */
export const changePasswordSchema = z.strictObject({ current: password, password: newPassword });
export type ChangePassword = z.input<typeof changePasswordSchema>;

/** GET /api/v1/sessions: where one is signed in, the latest first. */
export const sessionViewSchema = z.object({ id: z.string(), here: z.boolean(), browser: z.string(), createdAt: z.string(), seenAt: z.string() });
export const sessionsViewSchema = z.object({ sessions: z.array(sessionViewSchema) });
export type SessionsView = z.infer<typeof sessionsViewSchema>;

/** GET /api/v1/people */
export const peopleViewSchema = z.object({ people: z.array(personSchema.extend({ createdAt: z.string(), seenAt: z.string().optional() })) });
export type PeopleView = z.infer<typeof peopleViewSchema>;

/** POST /api/v1/people/:person/password: it is shown this once. */
export const givenPasswordSchema = z.object({ password: z.string() });
export type GivenPassword = z.infer<typeof givenPasswordSchema>;

/** POST /api/v1/people/:person/role */
export const setRoleSchema = z.strictObject({ role: z.enum(ROLES) });
