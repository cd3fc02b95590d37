import { z } from "zod";
import type { LtiRegistration } from "../store/lti.ts";
import { type PlatformService, readAnswer, serviceFailed } from "./platform-service.ts";
import { isGraded, type LtiRole, roleOf } from "./roles.ts";
import { MEDIA, SCOPE } from "./vocabulary.ts";

const PAGE_BYTES = 1024 * 1024;
/** A course with more pages or members is cut here. */
const MOST_PAGES = 50;
const MOST_MEMBERS = 5_000;

const pageSchema = z.looseObject({
  members: z
    .array(
      z.looseObject({
        user_id: z.union([z.string().min(1).max(255), z.number()]).transform(String),
        name: z.string().optional(),
        status: z.string().optional(),
        roles: z.array(z.string().max(255)).max(100).default([]),
      }),
    )
    .max(10_000),
});

/** Somebody in the platform's course: all that is kept of it. */
export interface Member {
  readonly subject: string;
  readonly name?: string;
  readonly role: LtiRole;
  readonly graded: boolean;
}

/**
 * The members of a platform's course who are active (Names and Role Provisioning Services 2.0). E-mail and pictures are
 * thrown away. To be asked only when an instructor opens the list. Fails with `platform_failed`.
 */
export async function membersOf(service: PlatformService, registration: LtiRegistration, membersUrl: string): Promise<Member[]> {
  const members: Member[] = [];
  let next: string | undefined = membersUrl;
  for (let page = 0; next !== undefined && page < MOST_PAGES && members.length < MOST_MEMBERS; page += 1) {
    const url: string = next;
    const answer = await service.send(registration, [SCOPE.names], url, { headers: { accept: MEDIA.members }, maxBytes: PAGE_BYTES });
    for (const { user_id: subject, name, status, roles } of readAnswer(pageSchema, url, answer).members) {
      if (status !== undefined && status !== "Active") continue;
      const shown = name
        ?.replace(/\p{Cc}+/gu, " ")
        .trim()
        .slice(0, 200);
      members.push({ subject, ...(shown && { name: shown }), role: roleOf(roles), graded: isGraded(roles) });
    }
    next = nextPage(answer.headers["link"], url);
  }
  return members.slice(0, MOST_MEMBERS);
}

/** The `rel="next"` of a Link header, which must be at the same origin: the token goes there. */
function nextPage(header: string | string[] | undefined, from: string): string | undefined {
  const links = [header ?? []].flat().join(", ");
  for (const [, target = "", parameters = ""] of links.matchAll(/<([^>]*)>((?:\s*;\s*[^,;]+)*)/g)) {
    if (!/;\s*rel\s*=\s*"?next"?\s*(;|$)/i.test(parameters)) continue;
    if (!URL.canParse(target, from) || new URL(target, from).origin !== new URL(from).origin) throw serviceFailed(from, `its next page is ${target}`);
    return new URL(target, from).href;
  }
  return undefined;
}
