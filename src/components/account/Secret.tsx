import { type ReactNode, useState } from "react";
import { MACHINE_STRINGS } from "../../lab/machine-strings.ts";
import { useAccount } from "./account-context.ts";

/** Something that is shown this once, to be taken along. */
export function Secret({ label, secret }: { readonly label: string; readonly secret: string }): ReactNode {
  const { locale } = useAccount();
  const strings = MACHINE_STRINGS[locale];
  const [copied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard.writeText(secret).then(() => setCopied(true));
  return (
    <p className="account-secret">
      <span>{label}</span> <code>{secret}</code>{" "}
      <button type="button" className="account-button" onClick={copy}>
        {copied ? strings.copied : strings.copy}
      </button>
    </p>
  );
}
