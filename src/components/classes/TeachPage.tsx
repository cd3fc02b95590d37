import { type ReactNode, useEffect, useState } from "react";
import type { ClassesView, ClassView } from "../../../lab-server/contract/classes.ts";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import type { Person } from "../../../lab-server/contract/people.ts";
import type { Me } from "../../../lab-server/contract/seat.ts";
import { CLASS_STRINGS } from "../../lab/class-strings.ts";
import { createLabCall } from "../../lab/lab-client.ts";
import { AccountContext } from "../account/account-context.ts";
import { Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import { ClassForm } from "./ClassForm.tsx";
import { ClassRoom } from "./ClassRoom.tsx";
import type { ClassChapterData } from "./class-data.ts";
import { PlatformCourses } from "./PlatformCourses.tsx";
import { TeachContext } from "./teach-context.ts";

const call = createLabCall();
const account = (locale: Locale): string => (locale === "en" ? "/account/" : `/${locale}/account/`);

/** An instructor's classes: the list, a new one, and each one's room. */
export function TeachPage({ locale, chapters }: { readonly locale: Locale; readonly chapters: readonly ClassChapterData[] }): ReactNode {
  const strings = CLASS_STRINGS[locale];
  const { problem, ask } = useAsking();
  const [person, setPerson] = useState<Person | null>();
  const [classes, setClasses] = useState<readonly ClassView[]>([]);
  const [chosen, setChosen] = useState<string>();
  const [making, setMaking] = useState(false);
  const teaches = person?.role === "instructor" || person?.role === "admin";
  const load = async (): Promise<void> => setClasses((await call<ClassesView>("GET", "classes")).teaching);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is there
  useEffect(() => {
    ask(async () => {
      const me = await call<Me>("GET", "me");
      setPerson(me.person);
      await load();
    });
  }, []);

  const room = classes.find(({ id }) => id === chosen) ?? classes[0];
  return (
    <AccountContext value={{ locale, call, changed: () => {} }}>
      <TeachContext value={{ chapters, reload: () => ask(load) }}>
        <div className="account">
          <Refusal problem={problem} />
          {person !== undefined && !teaches && (
            <p>
              {strings.forInstructors} {person === null ? <a href={account(locale)}>{strings.signInFirst}</a> : strings.askAdmin}
            </p>
          )}
          {teaches && (
            <>
              <p>{strings.teachIntro}</p>
              <ul className="class-list">
                {classes.map(({ id, name }) => (
                  <li key={id}>
                    <button
                      type="button"
                      className="account-button"
                      aria-pressed={!making && id === room?.id}
                      onClick={() => {
                        setChosen(id);
                        setMaking(false);
                      }}
                    >
                      {name}
                    </button>
                  </li>
                ))}
                <li>
                  <button type="button" className="account-button" aria-pressed={making || room === undefined} onClick={() => setMaking(true)}>
                    {strings.newClass}
                  </button>
                </li>
              </ul>
              {making || room === undefined ? (
                <ClassForm
                  onDone={(made) => {
                    setMaking(false);
                    if (made !== undefined) setChosen(made.id);
                    ask(load);
                  }}
                />
              ) : (
                <ClassRoom key={room.id} room={room} me={person.id} />
              )}
              <PlatformCourses />
            </>
          )}
        </div>
      </TeachContext>
    </AccountContext>
  );
}
