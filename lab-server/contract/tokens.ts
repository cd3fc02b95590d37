import { z } from "zod";

/** What may be done with a token: `read` changes nothing; `full` is what its person may do, but for what only people do. */
export const TOKEN_SCOPES = ["read", "full"] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];
export const MOST_TOKENS = 20;
export const MOST_TOKEN_DAYS = 366;

/** POST /api/v1/tokens */
export const newTokenSchema = z.strictObject({
  /** What it is for, for its owner. */
  name: z
    .string()
    .trim()
    .min(1, "expected a name")
    .max(60, "expected at most 60 characters")
    .regex(/^[^\p{C}]*$/u, "expected no control characters"),
  scope: z.enum(TOKEN_SCOPES).default("read"),
  days: z.number().int().min(1).max(MOST_TOKEN_DAYS).default(90),
});
export type NewToken = z.output<typeof newTokenSchema>;

export const tokenViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(TOKEN_SCOPES),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** Absent when it never was. */
  usedAt: z.string().optional(),
});
export type TokenView = z.infer<typeof tokenViewSchema>;

/** GET /api/v1/tokens: one's own, the newest first. */
export const tokensViewSchema = z.object({ tokens: z.array(tokenViewSchema) });
export type TokensView = z.infer<typeof tokensViewSchema>;

/** What was made, and its secret, which is shown this once. */
export const madeTokenSchema = z.object({ token: tokenViewSchema, secret: z.string() });
export type MadeToken = z.infer<typeof madeTokenSchema>;
