import { type ReactNode, useState } from "react";
import { renderSVG } from "uqr";
import type { ClassView } from "../../../lab-server/contract/classes.ts";
import { Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import { useTeach } from "./teach-context.ts";

/** How learners come in: the code, the link, and the link for a phone's camera. Drawn here: the code goes to nobody else. */
export function Invitation({ room }: { readonly room: ClassView }): ReactNode {
  const { strings, call, locale, reload } = useTeach();
  const { asking, problem, ask } = useAsking();
  const [copied, setCopied] = useState(false);
  const link = `${location.origin}${locale === "en" ? "" : `/${locale}`}/join/#${room.code}`;
  return (
    <div className="class-invitation">
      <Refusal problem={problem} />
      <img alt={strings.qr} width={144} height={144} src={`data:image/svg+xml,${encodeURIComponent(renderSVG(link, { border: 2 }))}`} />
      <div>
        <p className="class-code">
          {strings.code} <strong>{room.code}</strong>
        </p>
        <p>
          {strings.link} <a href={link}>{link}</a>
        </p>
        <p className="class-buttons">
          <button type="button" className="account-button" onClick={() => void navigator.clipboard.writeText(link).then(() => setCopied(true))}>
            {copied ? strings.copied : strings.copy}
          </button>
          <button
            type="button"
            className="account-button"
            title={strings.newCodeNote}
            disabled={asking}
            onClick={() =>
              ask(async () => {
                await call("POST", `classes/${room.id}/code`, { body: {} });
                reload();
              })
            }
          >
            {strings.newCode}
          </button>
        </p>
      </div>
    </div>
  );
}
