import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Role } from "../contract/people.ts";
import type { FakeBrowser, fakeServer } from "../fake-rooms.ts";

/*
 * What tests of the HTTP interface share.
 */

type Server = Awaited<ReturnType<typeof fakeServer>>;

/** A browser in which somebody of that role is signed in. They have no password, whose hashing would be most of a test's time. */
export async function signedIn(server: Server, login: string, role: Role): Promise<FakeBrowser> {
  const browser = await server.browser().open();
  const { id } = await server.people.byIdentity({ issuer: "https://school.example", subject: login, name: login, role }, undefined);
  const { secret } = await server.sessions.begin(id, "a test");
  browser.cookie = `${browser.cookie}; ringside-session=${secret}`;
  return browser;
}

/** The events of a stream, as they come. */
export async function follow<Event>(url: string, browser: FakeBrowser): Promise<Event[]> {
  const heard: Event[] = [];
  const response = await fetch(url, { headers: { cookie: browser.cookie ?? "" } });
  assert.equal(response.status, 200);
  void (async () => {
    let rest = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("data: ")) heard.push(JSON.parse(line.slice(6)));
    }
  })().catch(() => {});
  return heard;
}

/** Waits until something holds or is there, and gives it; fails after 5 s. */
export async function until<T>(value: () => T | undefined | false): Promise<T> {
  for (const deadline = Date.now() + 5_000; ; await delay(5)) {
    const found = value();
    if (found !== undefined && found !== false) return found;
    assert.ok(Date.now() < deadline, `it did not happen: ${value}`);
  }
}
