import { type ReactNode, type SubmitEvent, useEffect, useId, useState } from "react";
import type { ClassesView } from "../../../lab-server/contract/classes.ts";
import type { Role } from "../../../lab-server/contract/people.ts";
import { EVENT_TYPES, type MadeWebhook, type WebhooksView } from "../../../lab-server/contract/webhooks.ts";
import { MACHINE_STRINGS } from "../../lab/machine-strings.ts";
import { useAccount } from "./account-context.ts";
import { Field, Refusal } from "./Parts.tsx";
import { Secret } from "./Secret.tsx";
import { useAsking } from "./use-asking.ts";
import { WebhookRow } from "./WebhookRow.tsx";

/** Who is told of an instructor's classes, or of the whole lab. */
export function Webhooks({ role }: { readonly role: Role }): ReactNode {
  const { call, locale } = useAccount();
  const strings = MACHINE_STRINGS[locale];
  const { asking, problem, ask } = useAsking();
  const [webhooks, setWebhooks] = useState<WebhooksView["webhooks"]>([]);
  const [classes, setClasses] = useState<ClassesView["teaching"]>([]);
  const [made, setMade] = useState<MadeWebhook>();
  const ofId = useId();
  const load = async (): Promise<void> => setWebhooks((await call<WebhooksView>("GET", "webhooks")).webhooks);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is shown
  useEffect(
    () =>
      ask(async () => {
        await load();
        setClasses((await call<ClassesView>("GET", "classes")).teaching);
      }),
    [],
  );
  const send = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const of = String(given.get("of") ?? "");
    ask(async () => {
      setMade(undefined);
      setMade(await call<MadeWebhook>("POST", "webhooks", { body: { url: given.get("url"), events: given.getAll("event"), ...(of !== "" && { class: of }) } }));
      form.reset();
      await load();
    });
  };
  return (
    <section aria-labelledby="account-webhooks">
      <h2 id="account-webhooks">{strings.webhooks}</h2>
      <p>{strings.webhooksIntro}</p>
      <Refusal problem={problem} />
      <div role="status">{made && <Secret label={strings.webhookMade} secret={made.secret} />}</div>
      {webhooks.length === 0 ? (
        <p>{strings.none}</p>
      ) : (
        <ul className="account-list">
          {webhooks.map((webhook) => (
            <WebhookRow key={webhook.id} webhook={webhook} removed={() => ask(load)} />
          ))}
        </ul>
      )}
      {(role === "admin" || classes.length > 0) && (
        <form onSubmit={send}>
          <Field label={strings.url} name="url" type="url" required maxLength={2048} hint={strings.urlHint} autoComplete="off" />
          <p className="account-field">
            <label htmlFor={ofId}>{strings.of}</label>
            <select id={ofId} name="of">
              {role === "admin" && <option value="">{strings.wholeLab}</option>}
              {classes.map(({ id, name }) => (
                <option key={id} value={id}>
                  {strings.ofClass(name)}
                </option>
              ))}
            </select>
          </p>
          <fieldset className="account-events">
            <legend>{strings.events}</legend>
            {EVENT_TYPES.map((type) => (
              <label key={type}>
                <input type="checkbox" name="event" value={type} defaultChecked={type === "exercise.finished"} /> {strings.eventNames[type]}
              </label>
            ))}
          </fieldset>
          <button type="submit" className="account-button" disabled={asking}>
            {strings.makeWebhook}
          </button>
        </form>
      )}
    </section>
  );
}
