/**
 * npm run admin -- LOGIN [NAME]: makes the account of an admin, or an admin of somebody who has an account. The password of a new one is
 * printed once. npm run admin -- token LOGIN NAME: makes a token that acts for somebody, printed once.
 * The lab may run meanwhile. Exit codes: 0 done, 2 not understood or not possible.
 */
import { parseArgs } from "node:util";
import { registerSchema } from "../contract/people.ts";
import { newTokenSchema } from "../contract/tokens.ts";
import { silentLog } from "../log.ts";
import { readSettings } from "../settings.ts";
import { openStore, openStoreBeside, type Store } from "../store/database.ts";
import { passwordOf } from "../store/people.ts";
import { newPassword, People } from "./people.ts";
import { Sessions } from "./sessions.ts";
import { Tokens } from "./tokens.ts";

const USAGE = `usage: npm run admin -- LOGIN [NAME]
Makes an admin of LOGIN; without such an account, one is made and its password is printed.
       npm run admin -- token LOGIN NAME [--scope full] [--days N]
Makes a token that acts for LOGIN, and prints it. NAME says what it is for. Without --scope it only reads; without --days it is good for 90.`;

/** The lab that runs has the database's lock, and has brought it up to date. */
async function open(stateDir: string): Promise<Store> {
  try {
    return await openStore({ stateDir, log: silentLog });
  } catch {
    return openStoreBeside(stateDir);
  }
}

const openHere = (): Promise<Store> => open(readSettings().stateDir);

const notUnderstood = (line: string): number => {
  console.error(`${line}\n${USAGE}`);
  return 2;
};

async function makeToken(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { scope: { type: "string", default: "read" }, days: { type: "string", default: "90" } },
    allowPositionals: true,
  });
  const [login, ...name] = positionals;
  if (login === undefined) return notUnderstood("expected a login, found nothing");
  const wanted = newTokenSchema.safeParse({ name: name.join(" "), scope: values.scope, days: Number(values.days) });
  if (!wanted.success) return notUnderstood(`${wanted.error.issues[0]?.path.join(".")}: ${wanted.error.issues[0]?.message}`);
  const store = await openHere();
  try {
    const known = await passwordOf(store, login);
    if (known === undefined) return notUnderstood(`expected the login of an account, found ${JSON.stringify(login)}`);
    const { secret, token } = await new Tokens(store).make(known.person, wanted.data);
    // The token alone goes to standard output, for a file.
    console.error(`A token of ${login} with the scope ${token.scope}, good until ${token.expiresAt}. It is shown only here:`);
    console.log(secret);
    return 0;
  } finally {
    await store.close();
  }
}

async function main(words: readonly string[]): Promise<number> {
  if (words[0] === "token") return makeToken(words.slice(1));
  const [login, ...name] = words;
  if (login === undefined || login.startsWith("-")) {
    console.error(USAGE);
    return 2;
  }
  const password = newPassword();
  const wanted = registerSchema.safeParse({ login, name: name.join(" ") || login, password });
  if (!wanted.success) {
    console.error(`${wanted.error.issues[0]?.path.join(".")}: ${wanted.error.issues[0]?.message}, found ${JSON.stringify(login)}\n${USAGE}`);
    return 2;
  }
  const store = await openHere();
  const people = new People({ store, sessions: new Sessions(store), tokens: new Tokens(store), handOver: () => {}, log: silentLog });
  const known = await passwordOf(store, wanted.data.login);
  if (known === undefined) {
    await people.registerAs(wanted.data, "admin");
    console.log(`Account ${wanted.data.login} is an admin's. Its password, which is shown only here:\n\n  ${password}\n\nSign in and change it.`);
  } else {
    await people.setRole(known.person, "admin");
    console.log(`${wanted.data.login} is an admin now, and has to sign in again.`);
  }
  await store.close();
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((thrown: unknown) => {
  console.error(thrown instanceof Error ? thrown.message : String(thrown));
  return 2;
});
