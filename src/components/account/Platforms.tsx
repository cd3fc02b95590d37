import { type ReactNode, type SubmitEvent, useEffect, useState } from "react";
import type { LtiView, NewRegistration, RegistrationLinkView, TroubledScoreView } from "../../../lab-server/contract/lti.ts";
import { useAccount } from "./account-context.ts";
import { Field, Refusal } from "./Parts.tsx";
import { useAsking } from "./use-asking.ts";

/** For admins: the learning platforms that may launch the lab, how another one is registered, and scores that did not arrive. */
export function Platforms(): ReactNode {
  const { strings, call, locale } = useAccount();
  const { asking, problem, ask } = useAsking();
  const [view, setView] = useState<LtiView>();
  const [troubles, setTroubles] = useState<readonly TroubledScoreView[]>([]);
  const [link, setLink] = useState<RegistrationLinkView>();
  const [copied, setCopied] = useState<string>();
  const load = async (): Promise<void> => {
    setView(await call<LtiView>("GET", "lti"));
    setTroubles((await call<{ scores: TroubledScoreView[] }>("GET", "lti/scores")).scores);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is shown
  useEffect(() => ask(load), []);
  const moment = new Intl.DateTimeFormat(locale === "en" ? "en" : "zh-CN", { dateStyle: "medium", timeStyle: "short" });
  if (view === undefined) return <Refusal problem={problem} />;
  return (
    <section aria-labelledby="account-platforms">
      <h2 id="account-platforms">{strings.platforms}</h2>
      <p>{strings.platformsIntro}</p>
      <Refusal problem={problem} />
      <ul className="account-places">
        {view.registrations.map(({ id, name, issuer, clientId, deployments }) => (
          <li key={id}>
            <strong>{name}</strong> <span className="account-browser">{issuer}</span>
            <small>
              {strings.client} <code>{clientId}</code> · {strings.deployments} {deployments.length === 0 ? strings.noDeployment : deployments.join(", ")}
            </small>
            <form
              className="account-inline"
              onSubmit={(event: SubmitEvent<HTMLFormElement>) => {
                event.preventDefault();
                const deployment = String(new FormData(event.currentTarget).get("deployment"));
                event.currentTarget.reset();
                ask(async () => {
                  await call("POST", `lti/registrations/${id}/deployments`, { body: { deployment } });
                  await load();
                });
              }}
            >
              <input name="deployment" required maxLength={255} aria-label={strings.newDeployment(name)} placeholder={strings.deployment} />
              <button type="submit" className="account-button" disabled={asking}>
                {strings.add}
              </button>
              <button
                type="button"
                className="account-button"
                aria-label={strings.removePlatform(name)}
                disabled={asking}
                onClick={() => {
                  if (!confirm(strings.removePlatform(name))) return;
                  ask(async () => {
                    await call("DELETE", `lti/registrations/${id}`);
                    await load();
                  });
                }}
              >
                {strings.remove}
              </button>
            </form>
          </li>
        ))}
      </ul>
      <h3>{strings.registerByLink}</h3>
      <p>{strings.registerByLinkHow}</p>
      <p>
        <button
          type="button"
          className="account-button"
          disabled={asking}
          onClick={() => ask(async () => setLink(await call<RegistrationLinkView>("POST", "lti/registration-links", { body: {} })))}
        >
          {strings.makeLink}
        </button>
      </p>
      <p role="status">
        {link !== undefined && (
          <>
            <code className="account-browser">{link.url}</code> {strings.linkUntil(moment.format(new Date(link.expiresAt)))}
          </>
        )}
      </p>
      {link !== undefined && (
        <p>
          <button type="button" className="account-button" onClick={() => void navigator.clipboard.writeText(link.url).then(() => setCopied(link.url))}>
            {copied === link.url ? strings.copied : strings.copyLink}
          </button>
        </p>
      )}
      <h3>{strings.registerByForm}</h3>
      <dl className="account-addresses">
        <dt>{strings.loginUrl}</dt>
        <dd>
          <code>{view.tool.loginUrl}</code>
        </dd>
        <dt>{strings.launchUrl}</dt>
        <dd>
          <code>{view.tool.launchUrl}</code>
        </dd>
        <dt>{strings.jwksUrl}</dt>
        <dd>
          <code>{view.tool.jwksUrl}</code>
        </dd>
      </dl>
      <ByForm onDone={() => ask(load)} />
      {troubles.length > 0 && (
        <>
          <h3>{strings.troubles}</h3>
          <ul>
            {troubles.map(({ registration, subject, lineItem, state, tries, waitsSince, error }) => (
              <li key={`${registration} ${subject} ${lineItem}`}>
                {strings.trouble(subject, moment.format(new Date(waitsSince)), tries, state === "failed")} <code className="account-browser">{error}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

const FIELDS = ["name", "issuer", "clientId", "authUrl", "tokenUrl", "jwksUrl", "deployment"] as const;

function ByForm({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { strings, call } = useAccount();
  const { asking, problem, ask } = useAsking();
  const send = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const { deployment = "", ...given } = Object.fromEntries(FIELDS.map((field) => [field, String(new FormData(form).get(field) ?? "").trim()]));
    const body = { ...given, deployments: deployment === "" ? [] : [deployment], frameOrigins: [] } as unknown as NewRegistration;
    ask(async () => {
      await call("POST", "lti/registrations", { body });
      form.reset();
      onDone();
    });
  };
  return (
    <details>
      <summary>{strings.byForm}</summary>
      <form onSubmit={send}>
        <Refusal problem={problem} />
        {FIELDS.map((field) => (
          <Field
            key={field}
            label={strings.platformFields[field]}
            name={field}
            required={field !== "deployment"}
            type={/Url$|issuer/.test(field) ? "url" : "text"}
            autoComplete="off"
            spellCheck={false}
            maxLength={2048}
          />
        ))}
        <button type="submit" className="account-button" disabled={asking}>
          {strings.add}
        </button>
      </form>
    </details>
  );
}
