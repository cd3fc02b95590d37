import { z } from "zod";
import { CLAIM, MESSAGE, VERSION } from "./vocabulary.ts";

/** Half of what is sent is for people to read: it is cut, not refused. Control and direction characters go. */
const said = (most: number) =>
  z
    .string()
    .transform((text) =>
      text
        .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ")
        .trim()
        .slice(0, most),
    )
    .transform((text) => text || undefined);

const id = z.string().min(1).max(255);
const url = z.string().min(1).max(2048);

/** Custom values that are not text are left out; a platform may also send an empty list for none. */
const custom = z
  .unknown()
  .transform((value) =>
    Object.fromEntries(
      Object.entries(typeof value === "object" && value !== null ? value : {})
        .slice(0, 50)
        .filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1].length <= 2048),
    ),
  )
  .default({});

const deepLinkingSettingsSchema = z.looseObject({
  deep_link_return_url: z.url({ protocol: /^https?$/ }).max(2048),
  accept_types: z.array(z.string()).max(50),
  accept_multiple: z.boolean().optional(),
  data: z.string().max(16_384).optional(),
});

/**
 * What a launch says, as far as the lab reads it. The platform may hide the name and even who it is; e-mail is not read at
 * all. Unknown claims are left alone.
 */
export const launchClaimsSchema = z.looseObject({
  sub: id.optional(),
  azp: z.string().optional(),
  nonce: z.string(),
  iat: z.number(),
  name: said(200).optional(),
  [CLAIM.messageType]: z.enum([MESSAGE.resource, MESSAGE.deepLinking]),
  [CLAIM.version]: z.literal(VERSION),
  [CLAIM.deployment]: z.string().min(1).max(255),
  [CLAIM.target]: url,
  [CLAIM.roles]: z.array(z.string().max(255)).max(100).default([]),
  [CLAIM.context]: z.looseObject({ id, label: said(200).optional(), title: said(200).optional() }).optional(),
  [CLAIM.resourceLink]: z.looseObject({ id, title: said(200).optional() }).optional(),
  [CLAIM.custom]: custom,
  [CLAIM.presentation]: z.looseObject({ locale: z.string().optional(), document_target: z.string().optional(), return_url: z.string().optional() }).optional(),
  [CLAIM.ags]: z.looseObject({ scope: z.array(z.string()).max(50), lineitems: url.optional(), lineitem: url.optional() }).optional(),
  [CLAIM.nrps]: z.looseObject({ context_memberships_url: url }).optional(),
  [CLAIM.deepLinkingSettings]: deepLinkingSettingsSchema.optional(),
});
export type LaunchClaims = z.output<typeof launchClaimsSchema>;
