/**
 * Who somebody is at the platform, in the course they came from. An `admin` is an administrator of the platform, and none
 * of the lab.
 */
export type LtiRole = "learner" | "instructor" | "admin";

const CONTEXT = /^http:\/\/purl\.imsglobal\.org\/vocab\/lis\/v2\/membership(?:\/\w+)?#(\w+)$/;
const ELSEWHERE = /^http:\/\/purl\.imsglobal\.org\/vocab\/lis\/v2\/(?:institution|system)\/person#(\w+)$/;
/** Moodle's roster writes context roles without their vocabulary, and so did LTI 1.1. */
const SHORT = /^\w+$/;

const TEACHES = new Set(["Instructor", "TeachingAssistant", "ContentDeveloper", "Manager"]);
const RUNS = new Set(["Administrator", "SysAdmin", "AccountAdmin"]);

/**
 * One role out of the many that a platform names. What counts is the role in the course: a teacher of the school may be a
 * learner here. Only who has no role in the course at all, an administrator who looks in, is judged by the others.
 */
export function roleOf(roles: readonly string[]): LtiRole {
  const here = roles.flatMap((role) => CONTEXT.exec(role)?.[1] ?? (SHORT.test(role) ? role : []));
  if (here.some((role) => RUNS.has(role))) return "admin";
  // A sub-role is sent beside its principal role, as membership/Instructor#TeachingAssistant.
  if (here.some((role) => TEACHES.has(role))) return "instructor";
  if (here.length > 0) return "learner";
  return roles.some((role) => RUNS.has(ELSEWHERE.exec(role)?.[1] ?? "")) ? "admin" : "learner";
}

/** Whether the platform keeps grades for somebody with these roles; it refuses scores for others. */
export function isGraded(roles: readonly string[]): boolean {
  const learns = roles.some((role) => (CONTEXT.exec(role)?.[1] ?? role) === "Learner");
  return learns && roleOf(roles) === "learner";
}
