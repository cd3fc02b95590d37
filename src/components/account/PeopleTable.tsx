import { type ReactNode, useEffect, useState } from "react";
import { type PeopleView, ROLES, type Role } from "../../../lab-server/contract/people.ts";
import { useAccount } from "./account-context.ts";
import { Refusal } from "./Parts.tsx";
import { useAsking } from "./use-asking.ts";

/** With fewer people the list itself is looked through faster. */
const SEARCHED_FROM = 8;

/** For admins: everybody with an account, their roles, and new passwords. */
export function PeopleTable({ self }: { readonly self: string }): ReactNode {
  const { strings, call } = useAccount();
  const { asking, problem, ask } = useAsking();
  const [people, setPeople] = useState<PeopleView["people"]>([]);
  const [given, setGiven] = useState<{ id: string; password: string }>();
  const [wanted, setWanted] = useState("");
  const load = async (): Promise<void> => setPeople((await call<PeopleView>("GET", "people")).people);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is shown
  useEffect(() => ask(load), []);
  const setRole = (id: string, role: Role): void =>
    ask(async () => {
      await call("POST", `people/${id}/role`, { body: { role } });
      await load();
    });
  const renew = (id: string, name: string): void => {
    if (!confirm(strings.newPasswordSure(name))) return;
    ask(async () => {
      const { password } = await call<{ password: string }>("POST", `people/${id}/password`, { body: {} });
      setGiven({ id, password });
    });
  };
  const sought = wanted.trim().toLowerCase();
  const found = people.filter(({ name, login = "" }) => `${name} ${login}`.toLowerCase().includes(sought));
  return (
    <section aria-labelledby="account-people">
      <h2 id="account-people">{strings.people}</h2>
      <Refusal problem={problem} />
      {people.length > SEARCHED_FROM && (
        <p className="account-field account-search">
          <label htmlFor="account-search">{strings.search}</label>
          <input id="account-search" type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} autoComplete="off" spellCheck={false} />
        </p>
      )}
      <p role="status">{sought !== "" && strings.found(found.length, people.length)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="account-table" aria-labelledby="account-people" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{strings.personName}</th>
              <th scope="col">{strings.login}</th>
              <th scope="col">{strings.role}</th>
              <th scope="col">{strings.newPassword}</th>
            </tr>
          </thead>
          <tbody>
            {found.map(({ id, name, login, role }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td>{login ?? <small>{strings.noLogin}</small>}</td>
                <td>
                  {id === self ? (
                    strings.roles[role]
                  ) : (
                    <select aria-label={strings.roleOf(name)} value={role} disabled={asking} onChange={(event) => setRole(id, event.target.value as Role)}>
                      {ROLES.map((one) => (
                        <option key={one} value={one}>
                          {strings.roles[one]}
                        </option>
                      ))}
                    </select>
                  )}
                </td>
                <td>
                  {login !== undefined && id !== self && (
                    <button type="button" className="account-button" aria-label={strings.newPasswordOf(name)} disabled={asking} onClick={() => renew(id, name)}>
                      {strings.newPassword}
                    </button>
                  )}
                  <span role="status">
                    {given?.id === id && (
                      <>
                        <code>{given.password}</code> <small>{strings.givenNote(name)}</small>
                      </>
                    )}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
