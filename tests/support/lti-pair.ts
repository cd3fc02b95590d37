import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { FormBrowser, type Page } from "./form-browser.ts";
import { LtiPlatform } from "./lti-platform.ts";
import { type LtiServer, ltiServer } from "./lti-server.ts";

/** The lab's address as platforms and browsers know it; in truth it is on this machine. */
export const LAB = "https://lab.example";

/** What is needed of a lab. */
export type LabServer = Pick<LtiServer, "app" | "lti" | "close">;

const ltiAlone = (issuer: string): Promise<LtiServer> => ltiServer({ publicUrl: LAB, trustedOrigins: [issuer] });

/** A lab and a platform that registered it, over real HTTP. */
export interface LtiPair<S extends LabServer = LtiServer> {
  readonly platform: LtiPlatform;
  readonly server: S;
  /** The lab's id of the registration. */
  readonly registration: string;
  browser(forgets?: boolean): FormBrowser;
  /** Somebody clicks an activity at the platform. Gives the page with the platform's form, which carries the token. */
  click(who: FormBrowser, user: string, claims: Record<string, unknown>, shown?: "document" | "iframe"): Promise<Page>;
  close(): Promise<void>;
}

export async function ltiPair(): Promise<LtiPair>;
export async function ltiPair<S extends LabServer>(start: (issuer: string) => Promise<S>): Promise<LtiPair<S>>;
export async function ltiPair(start: (issuer: string) => Promise<LabServer> = ltiAlone): Promise<LtiPair<LabServer>> {
  let lab = "";
  const platform = await LtiPlatform.start((url) => fetch(String(url).replace(LAB, lab)));
  const server = await start(platform.issuer);
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  lab = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
  const browser = (forgets = false): FormBrowser => new FormBrowser({ at: { [LAB]: lab }, forgets });

  const { secret } = await server.lti.registrations.makeLink("admin");
  const query = new URLSearchParams({
    openid_configuration: `${platform.issuer}/.well-known/openid-configuration`,
    registration_token: await platform.registrationToken(),
  });
  const page = await browser().go(`${server.lti.tool.registrationUrl(secret)}?${query}`, { from: platform.issuer, shown: "iframe" });
  assert.equal(page.status, 200, page.text);
  assert.match(page.text, /data-work="close"/);
  assert.match(page.text, /deployment id/, "OpenID knows no deployments: the platform has named none");
  const [registered] = server.lti.registrations.list();
  assert.ok(registered);
  assert.equal(registered.issuer, platform.issuer);
  await server.lti.registrations.addDeployment(registered.id, "1");

  let clicks = 0;
  return {
    platform,
    server,
    registration: registered.id,
    browser,
    click: async (who, user, claims, shown = "document") => {
      clicks += 1;
      const hint = JSON.stringify({ cmid: 2, launchid: clicks });
      platform.launches.set(hint, claims);
      const [name = "", value = ""] = (await platform.signIn(user)).split("=");
      who.cookies.set(platform.issuer, new Map([[name, value]]));
      const form = {
        iss: platform.issuer,
        login_hint: user,
        lti_message_hint: hint,
        client_id: registered.clientId,
        target_link_uri: `${LAB}/lti/launch`,
        lti_deployment_id: "1",
      };
      return who.go(`${LAB}/lti/login`, { form, from: platform.issuer, shown });
    },
    close: async () => {
      await server.close();
      await platform.close();
    },
  };
}
