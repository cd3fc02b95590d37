import { type ReactNode, type SubmitEvent, useEffect, useState } from "react";
import type { ClassesView, JoinedClass, JoinView } from "../../../lab-server/contract/classes.ts";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import type { Me } from "../../../lab-server/contract/seat.ts";
import { CLASS_STRINGS } from "../../lab/class-strings.ts";
import { createLabCall } from "../../lab/lab-client.ts";
import { AccountContext } from "../account/account-context.ts";
import { Field, Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import { MyExams } from "../exams/MyExams.tsx";
import type { ClassChapterData } from "./class-data.ts";
import { JoinedClasses } from "./JoinedClasses.tsx";

const call = createLabCall();

/** Comes into a class with a code, which a link carries behind its `#`: so it is in no log on the way. */
export function JoinPage({ locale, chapters }: { readonly locale: Locale; readonly chapters: readonly ClassChapterData[] }): ReactNode {
  const strings = CLASS_STRINGS[locale];
  const { asking, problem, ask } = useAsking();
  const [code, setCode] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const [found, setFound] = useState<JoinView>();
  const [name, setName] = useState("");
  const [joined, setJoined] = useState<readonly JoinedClass[]>([]);
  const [now, setNow] = useState<JoinedClass>();
  const load = async (): Promise<void> => setJoined((await call<ClassesView>("GET", "classes")).joined);
  const look = (): void => ask(async () => setFound(await call<JoinView>("GET", `join/${encodeURIComponent(code)}`)));

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is there
  useEffect(() => {
    ask(async () => {
      // First of all: it gives a new browser its cookie.
      const { person } = await call<Me>("GET", "me");
      setName(person?.name ?? "");
      await load();
      if (code !== "") setFound(await call<JoinView>("GET", `join/${encodeURIComponent(code)}`));
    });
  }, []);

  const join = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    ask(async () => {
      setNow(await call<JoinedClass>("POST", "join", { body: { code, name } }));
      setFound(undefined);
      history.replaceState(null, "", location.pathname);
      await load();
    });
  };
  return (
    <AccountContext value={{ locale, call, changed: () => {} }}>
      <div className="account">
        <Refusal problem={problem} />
        <p role="status">{now !== undefined && `${strings.joined(now.name)} ${strings.joinedAs(now.as)}`}</p>
        {found === undefined ? (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              look();
            }}
          >
            <p>{strings.joinIntro}</p>
            <Field
              label={strings.code}
              hint={strings.codeHint}
              value={code}
              required
              maxLength={40}
              autoCapitalize="characters"
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setCode(event.target.value)}
            />
            <button type="submit" className="account-button" disabled={asking}>
              {strings.look}
            </button>
          </form>
        ) : (
          <form onSubmit={join}>
            <p>
              <strong>{strings.joining(found.name, found.instructor)}</strong>
            </p>
            <p>{strings.seen}</p>
            <Field
              label={strings.yourName}
              hint={strings.nameHint}
              value={name}
              required
              maxLength={60}
              autoComplete="name"
              onChange={(event) => setName(event.target.value)}
            />
            <button type="submit" className="account-button" disabled={asking}>
              {strings.joinNow}
            </button>
          </form>
        )}
        <MyExams locale={locale} chapters={chapters} news={joined} />
        <JoinedClasses locale={locale} classes={joined} chapters={chapters} />
      </div>
    </AccountContext>
  );
}
