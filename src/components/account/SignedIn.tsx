import { type ReactNode, type SubmitEvent, useEffect, useState } from "react";
import { PASSWORD_MIN, type Person, type SessionsView } from "../../../lab-server/contract/people.ts";
import { browserName } from "../../lab/browser-name.ts";
import { useAccount } from "./account-context.ts";
import { Field, Refusal } from "./Parts.tsx";
import { useAsking } from "./use-asking.ts";

/** Who is signed in, where else, and the way out. */
export function SignedIn({ person }: { readonly person: Person }): ReactNode {
  const { strings, call, changed, locale } = useAccount();
  const { asking, problem, ask } = useAsking();
  const base = locale === "en" ? "" : `/${locale}`;
  return (
    <>
      <Refusal problem={problem} />
      <p className="account-who">
        <span>
          {strings.signedInAs} <strong>{person.name}</strong>
          {person.login !== undefined && person.login !== person.name && ` (${person.login})`}{" "}
          <span className="account-role">{strings.roles[person.role]}</span>
        </span>
        <button
          type="button"
          className="account-button"
          disabled={asking}
          onClick={() =>
            ask(async () => {
              await call("DELETE", "session");
              changed(null);
            })
          }
        >
          {strings.signOut}
        </button>
      </p>
      <ul>
        <li>
          <a href={`${base}/join/`}>{strings.toJoin}</a>
        </li>
        {person.role !== "learner" && (
          <li>
            <a href={`${base}/teach/`}>{strings.toTeach}</a>
          </li>
        )}
      </ul>
      {person.login !== undefined && <ChangePassword />}
      <Places />
    </>
  );
}

function ChangePassword(): ReactNode {
  const { strings, call } = useAccount();
  const { asking, problem, ask } = useAsking();
  const [done, setDone] = useState(false);
  const send = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    ask(async () => {
      setDone(false);
      await call("POST", "account/password", { body: { current: given.get("current"), password: given.get("password") } });
      form.reset();
      setDone(true);
    });
  };
  return (
    <section aria-labelledby="account-password">
      <h2 id="account-password">{strings.changePassword}</h2>
      <form onSubmit={send}>
        <Refusal problem={problem} />
        <p role="status">{done && strings.changed}</p>
        <Field label={strings.current} name="current" type="password" autoComplete="current-password" required maxLength={200} />
        <Field
          label={strings.next}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={PASSWORD_MIN}
          maxLength={200}
          hint={strings.passwordHint}
        />
        <button type="submit" className="account-button" disabled={asking}>
          {strings.changePassword}
        </button>
      </form>
    </section>
  );
}

function Places(): ReactNode {
  const { strings, call, locale } = useAccount();
  const { asking, problem, ask } = useAsking();
  const [sessions, setSessions] = useState<SessionsView["sessions"]>([]);
  const load = async (): Promise<void> => setSessions((await call<SessionsView>("GET", "sessions")).sessions);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is shown
  useEffect(() => ask(load), []);
  const moment = new Intl.DateTimeFormat(locale === "en" ? "en" : "zh-CN", { dateStyle: "medium", timeStyle: "short" });
  return (
    <section aria-labelledby="account-places">
      <h2 id="account-places">{strings.places}</h2>
      <Refusal problem={problem} />
      <ul className="account-places">
        {sessions.map(({ id, here, browser, seenAt }) => (
          <li key={id}>
            <span className="account-browser" title={browser}>
              {here ? <strong>{strings.here}</strong> : strings.browserOn(browserName(browser))}
            </span>
            <small>{strings.lastSeen(moment.format(new Date(seenAt)))}</small>
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <button
          type="button"
          className="account-button"
          disabled={asking}
          onClick={() =>
            ask(async () => {
              await call("DELETE", "sessions");
              await load();
            })
          }
        >
          {strings.everywhere}
        </button>
      )}
    </section>
  );
}
