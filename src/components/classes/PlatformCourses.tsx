import { type ReactNode, useEffect, useState } from "react";
import type { LtiCoursesView, LtiRosterView } from "../../../lab-server/contract/lti.ts";
import { COURSE_STRINGS } from "../../lab/strings-courses.ts";
import { useAccount } from "../account/account-context.ts";
import { Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";

type Course = LtiCoursesView["courses"][number];
type Member = LtiRosterView["members"][number];

/** The courses that somebody teaches at learning platforms, and who of each has not come yet. Nothing where there are none. */
export function PlatformCourses(): ReactNode {
  const { locale, call } = useAccount();
  const [courses, setCourses] = useState<readonly Course[]>([]);
  useEffect(() => {
    // Without it the page has all that it is for.
    call<LtiCoursesView>("GET", "lti/courses").then(
      (view) => setCourses(view.courses),
      () => {},
    );
  }, [call]);
  if (courses.length === 0) return null;
  const strings = COURSE_STRINGS[locale];
  return (
    <section aria-labelledby="platform-courses">
      <h2 id="platform-courses">{strings.courses}</h2>
      <p>{strings.intro}</p>
      {courses.map((course) => (
        <CourseRoster key={course.id} course={course} />
      ))}
    </section>
  );
}

function CourseRoster({ course: { id, title, platform } }: { readonly course: Course }): ReactNode {
  const { locale, call } = useAccount();
  const { asking, problem, ask } = useAsking();
  const [members, setMembers] = useState<readonly Member[]>();
  const strings = COURSE_STRINGS[locale];
  const load = (): void => ask(async () => setMembers((await call<LtiRosterView>("GET", `lti/courses/${id}/members`)).members));
  const learners = (members ?? []).filter(({ role }) => role === "learner");
  const missing = learners.filter(({ seenAt }) => seenAt === undefined);
  const here = learners.filter(({ seenAt }) => seenAt !== undefined);
  return (
    <details className="platform-course" onToggle={({ currentTarget }) => currentTarget.open && members === undefined && load()}>
      <summary>{strings.at(title ?? strings.untitled, platform)}</summary>
      <Refusal problem={problem} />
      <p role="status">{asking ? strings.asking : members && (learners.length === 0 ? strings.nobody : strings.come(here.length, learners.length))}</p>
      <Names heading={strings.missing(missing.length)} members={missing} />
      <Names heading={strings.here(here.length)} members={here} />
      {!asking && (
        <button type="button" className="account-button" onClick={load}>
          {strings.again}
        </button>
      )}
    </details>
  );
}

function Names({ heading, members }: { readonly heading: string; readonly members: readonly Member[] }): ReactNode {
  const { locale } = useAccount();
  const strings = COURSE_STRINGS[locale];
  const day = new Intl.DateTimeFormat(locale === "en" ? "en" : "zh-CN", { dateStyle: "medium" });
  if (members.length === 0) return null;
  const named = members.toSorted((a, b) => (a.name ?? "\uffff").localeCompare(b.name ?? "\uffff", locale));
  return (
    <>
      <h3>{heading}</h3>
      <ul>
        {named.map(({ name = strings.nameless, seenAt }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may have one name, and nothing else of them is known here
          <li key={at}>
            {name}
            {seenAt !== undefined && <small> {strings.last(day.format(new Date(seenAt)))}</small>}
          </li>
        ))}
      </ul>
    </>
  );
}
