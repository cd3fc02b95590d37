import { z } from "zod";
import { SCOPE, TOOL_CONFIGURATION } from "./vocabulary.ts";

/** The lab as platforms see it: its name and its addresses. */
export class Tool {
  readonly name = "Ringside";
  readonly origin: string;
  readonly loginUrl: string;
  /** The one address for every message: Open edX once sent deep linking elsewhere, and this settles it. */
  readonly launchUrl: string;
  readonly jwksUrl: string;

  /** `publicUrl`: the origin under which browsers reach the lab. */
  constructor(publicUrl: string) {
    this.origin = new URL(publicUrl).origin;
    this.loginUrl = `${this.origin}/lti/login`;
    this.launchUrl = `${this.origin}/lti/launch`;
    this.jwksUrl = `${this.origin}/lti/jwks`;
  }

  /** Where an administrator of a platform registers the lab. */
  registrationUrl(secret: string): string {
    return `${this.origin}/lti/register/${secret}`;
  }

  /** The address of one exercise. Platforms send it back as the target, so that it is known even where `custom` is dropped. */
  exerciseUrl(exercise: string): string {
    return `${this.launchUrl}?exercise=${encodeURIComponent(exercise)}`;
  }

  /** What dynamic registration sends. Only a name is asked for: no e-mail, no picture. */
  configuration(): object {
    const messages = [
      { type: "LtiResourceLinkRequest", target_link_uri: this.launchUrl },
      { type: "LtiDeepLinkingRequest", target_link_uri: this.launchUrl, label: this.name },
    ];
    return {
      application_type: "web",
      client_name: this.name,
      response_types: ["id_token"],
      grant_types: ["implicit", "client_credentials"],
      initiate_login_uri: this.loginUrl,
      redirect_uris: [this.launchUrl],
      jwks_uri: this.jwksUrl,
      token_endpoint_auth_method: "private_key_jwt",
      scope: [SCOPE.lineItem, SCOPE.score, SCOPE.result, SCOPE.names].join(" "),
      [TOOL_CONFIGURATION]: {
        domain: new URL(this.origin).host,
        description: "A real KVM host for every learner, with exercises that are checked and graded.",
        target_link_uri: this.launchUrl,
        claims: ["iss", "sub", "name"],
        messages,
      },
    };
  }
}

/** The answer to it, as far as it is read. */
export const registeredSchema = z.looseObject({
  client_id: z.union([z.string().min(1).max(255), z.number()]).transform(String),
  [TOOL_CONFIGURATION]: z
    .looseObject({
      deployment_id: z
        .union([z.string().min(1).max(255), z.number()])
        .transform(String)
        .optional(),
    })
    .optional(),
});
