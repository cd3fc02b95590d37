/**
 * npm run admin -- LOGIN [NAME]: makes the account of an admin, or an admin of somebody who has an account. The password of a new one is
 * printed once. The lab may run meanwhile. Exit codes: 0 done, 2 not understood or not possible.
 */
import { registerSchema } from "../contract/people.ts";
import { silentLog } from "../log.ts";
import { readSettings } from "../settings.ts";
import { openStore, openStoreBeside, type Store } from "../store/database.ts";
import { passwordOf } from "../store/people.ts";
import { newPassword, People } from "./people.ts";
import { Sessions } from "./sessions.ts";

const USAGE = "usage: npm run admin -- LOGIN [NAME]\nMakes an admin of LOGIN; without such an account, one is made and its password is printed.";

/** The lab that runs has the database's lock, and has brought it up to date. */
async function open(stateDir: string): Promise<Store> {
  try {
    return await openStore({ stateDir, log: silentLog });
  } catch {
    return openStoreBeside(stateDir);
  }
}

async function main(words: readonly string[]): Promise<number> {
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
  const store = await open(readSettings().stateDir);
  const people = new People({ store, sessions: new Sessions(store), handOver: () => {}, log: silentLog });
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
