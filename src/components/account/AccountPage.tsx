import { type ReactNode, useEffect, useMemo, useState } from "react";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import type { Person } from "../../../lab-server/contract/people.ts";
import type { Me } from "../../../lab-server/contract/seat.ts";
import { createLabCall } from "../../lab/lab-client.ts";
import { AccountContext, useAccount } from "./account-context.ts";
import { PeopleTable } from "./PeopleTable.tsx";
import { Platforms } from "./Platforms.tsx";
import { SignedIn } from "./SignedIn.tsx";
import { SignIn } from "./SignIn.tsx";
import { Tokens } from "./Tokens.tsx";
import { Webhooks } from "./Webhooks.tsx";

type Known = { readonly person: Person | null; readonly done: number };

/** The account of whoever uses this browser. */
export function AccountPage({ locale }: { readonly locale: Locale }): ReactNode {
  const [known, setKnown] = useState<Known | "away">();
  const account = useMemo(() => {
    const call = createLabCall();
    const load = async (): Promise<void> => {
      try {
        const { person, progress } = await call<Me>("GET", "me");
        setKnown({ person, done: progress.length });
      } catch {
        setKnown("away");
      }
    };
    return { locale, call, changed: () => void load() };
  }, [locale]);
  useEffect(() => account.changed(), [account]);
  return (
    <AccountContext value={account}>
      <div className="account">
        <Content known={known} />
      </div>
    </AccountContext>
  );
}

function Content({ known }: { readonly known: Known | "away" | undefined }): ReactNode {
  const { strings } = useAccount();
  if (known === undefined) return <p role="status">{strings.loading}</p>;
  if (known === "away") return <p role="status">{strings.away}</p>;
  const { person, done } = known;
  if (person === null) return <SignIn done={done} />;
  return (
    <div key={person.id}>
      <SignedIn person={person} />
      <Tokens />
      {person.role !== "learner" && <Webhooks role={person.role} />}
      {person.role === "admin" && (
        <>
          <PeopleTable self={person.id} />
          <Platforms />
        </>
      )}
    </div>
  );
}
