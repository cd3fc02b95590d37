import { createContext, useContext } from "react";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import type { Person } from "../../../lab-server/contract/people.ts";
import { ACCOUNT_STRINGS, type AccountStrings } from "../../lab/account-strings.ts";
import { createLabCall, type LabCall } from "../../lab/lab-client.ts";

/** What every part of the page may need. */
export interface Account {
  readonly locale: Locale;
  readonly call: LabCall;
  /** Somebody has signed in or out. */
  changed(person: Person | null): void;
}

export const AccountContext = createContext<Account>({ locale: "en", call: createLabCall(), changed: () => {} });

export function useAccount(): Account & { readonly strings: AccountStrings } {
  const account = useContext(AccountContext);
  return { ...account, strings: ACCOUNT_STRINGS[account.locale] };
}
