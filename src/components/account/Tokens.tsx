import { type ReactNode, type SubmitEvent, useEffect, useId, useState } from "react";
import { type MadeToken, MOST_TOKEN_DAYS, TOKEN_SCOPES, type TokensView } from "../../../lab-server/contract/tokens.ts";
import { MACHINE_STRINGS } from "../../lab/machine-strings.ts";
import { useAccount } from "./account-context.ts";
import { Field, Refusal } from "./Parts.tsx";
import { Secret } from "./Secret.tsx";
import { useAsking } from "./use-asking.ts";

/** Programs that act for whoever is signed in. */
export function Tokens(): ReactNode {
  const { call, locale } = useAccount();
  const strings = MACHINE_STRINGS[locale];
  const { asking, problem, ask } = useAsking();
  const [tokens, setTokens] = useState<TokensView["tokens"]>([]);
  const [made, setMade] = useState<MadeToken>();
  const scopeId = useId();
  const load = async (): Promise<void> => setTokens((await call<TokensView>("GET", "tokens")).tokens);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is shown
  useEffect(() => ask(load), []);
  const send = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    ask(async () => {
      setMade(undefined);
      setMade(await call<MadeToken>("POST", "tokens", { body: { name: given.get("name"), scope: given.get("scope"), days: Number(given.get("days")) } }));
      form.reset();
      await load();
    });
  };
  const date = new Intl.DateTimeFormat(locale === "en" ? "en" : "zh-CN", { dateStyle: "medium" });
  const shown = (moment: string): string => date.format(new Date(moment));
  const lifeOf = (end: string): string => (Date.parse(end) > Date.now() ? strings.until(shown(end)) : strings.expired(shown(end)));
  return (
    <section aria-labelledby="account-tokens">
      <h2 id="account-tokens">{strings.tokens}</h2>
      <p>{strings.tokensIntro}</p>
      <Refusal problem={problem} />
      <div role="status">{made && <Secret label={strings.tokenMade(made.token.name)} secret={made.secret} />}</div>
      {tokens.length === 0 ? (
        <p>{strings.none}</p>
      ) : (
        <ul className="account-list">
          {tokens.map(({ id, name, scope, expiresAt, usedAt }) => (
            <li key={id}>
              <span>
                <strong>{name}</strong>
                <small>
                  {[strings.scopes[scope], lifeOf(expiresAt), usedAt === undefined ? strings.neverUsed : strings.used(shown(usedAt))].join(strings.between)}
                </small>
              </span>
              <button
                type="button"
                className="account-button"
                aria-label={strings.revokeToken(name)}
                disabled={asking}
                onClick={() =>
                  ask(async () => {
                    await call("DELETE", `tokens/${id}`);
                    await load();
                  })
                }
              >
                {strings.revoke}
              </button>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={send}>
        <Field label={strings.tokenName} name="name" required maxLength={60} autoComplete="off" />
        <p className="account-field">
          <label htmlFor={scopeId}>{strings.tokenScope}</label>
          <select id={scopeId} name="scope">
            {TOKEN_SCOPES.map((scope) => (
              <option key={scope} value={scope}>
                {strings.scopes[scope]}
              </option>
            ))}
          </select>
        </p>
        <Field label={strings.days} name="days" type="number" required min={1} max={MOST_TOKEN_DAYS} defaultValue={90} />
        <button type="submit" className="account-button" disabled={asking}>
          {strings.makeToken}
        </button>
      </form>
    </section>
  );
}
