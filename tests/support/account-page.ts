/** People with accounts, as the lab's pages and its command make them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import type { RealServer } from "./real-server.ts";

/** Makes an admin by the command, while the lab runs. @returns the password, which is told once */
export function makeAdmin({ stateDir }: Pick<RealServer, "stateDir">, login: string, ...name: readonly string[]): string {
  const command = fileURLToPath(new URL("../../lab-server/people/admin-command.ts", import.meta.url));
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], RINGSIDE_STATE_DIR: stateDir };
  const said = execFileSync(process.execPath, [command, login, ...name], { env, encoding: "utf8" });
  const password = /^ {2}(\S{16})$/m.exec(said)?.[1];
  assert.ok(password, said);
  return password;
}

export async function signIn(page: Page, { url }: Pick<RealServer, "url">, login: string, password: string): Promise<void> {
  await page.goto(`${url}/account/`);
  await page.getByLabel("User name").fill(login);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).waitFor();
}
