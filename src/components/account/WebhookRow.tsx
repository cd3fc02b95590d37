import { type ReactNode, useState } from "react";
import type { DeliveriesView, DeliveryView, WebhookView } from "../../../lab-server/contract/webhooks.ts";
import { MACHINE_STRINGS } from "../../lab/machine-strings.ts";
import { useAccount } from "./account-context.ts";
import { Refusal } from "./Parts.tsx";
import { useAsking } from "./use-asking.ts";

/** One webhook: what it is told, a try, the last deliveries, and its end. */
export function WebhookRow({ webhook, removed }: { readonly webhook: WebhookView; readonly removed: () => void }): ReactNode {
  const { call, locale } = useAccount();
  const strings = MACHINE_STRINGS[locale];
  const { asking, problem, ask } = useAsking();
  const [tried, setTried] = useState<DeliveryView>();
  const [deliveries, setDeliveries] = useState<DeliveriesView["deliveries"]>();
  const { id, url, events, class: of } = webhook;
  const moment = new Intl.DateTimeFormat(locale === "en" ? "en" : "zh-CN", { dateStyle: "medium", timeStyle: "medium" });
  const answer = ({ status }: DeliveryView): string => (status === undefined ? strings.noAnswer : strings.answered(status));
  return (
    <li>
      <span>
        <strong className="account-url">{url}</strong>
        <small>
          {[of === undefined ? strings.wholeLab : strings.ofClass(of.name), ...events.map((type) => strings.eventNames[type])].join(strings.between)}
        </small>
      </span>
      <span className="account-actions">
        <button
          type="button"
          className="account-button"
          aria-label={strings.tryWebhook(url)}
          disabled={asking}
          onClick={() => ask(async () => setTried(await call<DeliveryView>("POST", `webhooks/${id}/test`, { body: {} })))}
        >
          {strings.tryIt}
        </button>
        <button
          type="button"
          className="account-button"
          aria-label={strings.deliveriesOf(url)}
          aria-expanded={deliveries !== undefined}
          disabled={asking}
          onClick={() =>
            deliveries === undefined
              ? ask(async () => setDeliveries((await call<DeliveriesView>("GET", `webhooks/${id}/deliveries`)).deliveries))
              : setDeliveries(undefined)
          }
        >
          {strings.deliveries}
        </button>
        <button
          type="button"
          className="account-button"
          aria-label={strings.removeWebhook(url)}
          disabled={asking}
          onClick={() =>
            ask(async () => {
              await call("DELETE", `webhooks/${id}`);
              removed();
            })
          }
        >
          {strings.remove}
        </button>
      </span>
      <Refusal problem={problem} />
      <p role="status">{tried && `${strings.tests[tried.state]}: ${answer(tried)}`}</p>
      {deliveries !== undefined &&
        (deliveries.length === 0 ? (
          <p>{strings.noDeliveries}</p>
        ) : (
          <ul aria-label={strings.deliveriesOf(url)}>
            {deliveries.map((one) => (
              <li key={one.id}>
                <code>{one.type}</code>
                {["", moment.format(new Date(one.at)), strings.states[one.state], ...(one.tries > 0 ? [answer(one)] : [])].join(strings.between)}
              </li>
            ))}
          </ul>
        ))}
    </li>
  );
}
