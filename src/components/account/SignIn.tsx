import { type ReactNode, type SubmitEvent, useEffect, useState } from "react";
import { PASSWORD_MIN, type Person } from "../../../lab-server/contract/people.ts";
import { useAccount } from "./account-context.ts";
import { Field, Refusal } from "./Parts.tsx";
import { useAsking } from "./use-asking.ts";

/** Sign in, or make an account. `done` is how many exercises were done in this browser without one. */
export function SignIn({ done }: { readonly done: number }): ReactNode {
  const { strings, call } = useAccount();
  const [making, setMaking] = useState(false);
  const [sso, setSso] = useState<string | null>(null);
  useEffect(() => {
    call<{ name: string | null }>("GET", "sso").then(
      ({ name }) => setSso(name),
      () => {},
    );
  }, [call]);
  return (
    <>
      <p>{strings.intro}</p>
      {sso !== null && (
        <p>
          <a className="account-button account-sso" href={`/api/v1/sso/login?next=${encodeURIComponent(location.pathname)}`}>
            {strings.sso(sso)}
          </a>
        </p>
      )}
      <div className="account-choice" role="tablist" aria-label={strings.account}>
        {[false, true].map((which) => (
          <button
            key={String(which)}
            id={`account-tab-${which}`}
            type="button"
            role="tab"
            aria-selected={making === which}
            aria-controls="account-form"
            tabIndex={making === which ? 0 : -1}
            onClick={() => setMaking(which)}
            onKeyDown={({ key, currentTarget }) => {
              if (key !== "ArrowLeft" && key !== "ArrowRight") return;
              setMaking(!making);
              const other = currentTarget.nextElementSibling ?? currentTarget.previousElementSibling;
              if (other instanceof HTMLElement) other.focus();
            }}
          >
            {which ? strings.signUp : strings.signIn}
          </button>
        ))}
      </div>
      <div id="account-form" role="tabpanel" aria-labelledby={`account-tab-${making}`}>
        <Form key={String(making)} making={making} done={done} />
      </div>
    </>
  );
}

function Form({ making, done }: { readonly making: boolean; readonly done: number }): ReactNode {
  const { strings, call, changed } = useAccount();
  const { asking, problem, ask } = useAsking();
  const send = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const [login, name, password] = ["login", "name", "password"].map((field) => String(given.get(field) ?? ""));
    ask(async () => {
      if (making) changed(await call<Person>("POST", "account", { body: { login, name, password } }));
      else changed(await call<Person>("POST", "session", { body: { login, password, take: given.get("take") !== null } }));
    });
  };
  return (
    <form onSubmit={send}>
      <Refusal problem={problem} />
      <Field
        label={strings.login}
        name="login"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={100}
        {...(making && { hint: strings.loginHint })}
      />
      {making && <Field label={strings.name} name="name" autoComplete="name" required maxLength={60} hint={strings.nameHint} />}
      <Field
        label={strings.password}
        name="password"
        type="password"
        autoComplete={making ? "new-password" : "current-password"}
        required
        maxLength={200}
        {...(making && { hint: strings.passwordHint, minLength: PASSWORD_MIN })}
      />
      {!making && done > 0 && (
        <p className="account-take">
          <label>
            <input type="checkbox" name="take" /> {strings.take(done)}
          </label>
          <small>{strings.takeHint}</small>
        </p>
      )}
      {making && done > 0 && <p>{strings.keeps}</p>}
      <button type="submit" className="account-button" disabled={asking}>
        {making ? strings.signUp : strings.signIn}
      </button>
    </form>
  );
}
