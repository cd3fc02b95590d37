/*
 * Names that LTI 1.3 and its services use on the wire (https://www.imsglobal.org/spec/lti/v1p3 and the specifications
 * of Deep Linking 2.0, Assignment and Grade Services 2.0, Names and Role Provisioning Services 2.0, Dynamic Registration 1.0).
 */

const LTI = "https://purl.imsglobal.org/spec/lti/claim/";
const DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/";

export const CLAIM = {
  messageType: `${LTI}message_type`,
  version: `${LTI}version`,
  deployment: `${LTI}deployment_id`,
  target: `${LTI}target_link_uri`,
  roles: `${LTI}roles`,
  context: `${LTI}context`,
  resourceLink: `${LTI}resource_link`,
  custom: `${LTI}custom`,
  presentation: `${LTI}launch_presentation`,
  ags: "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",
  nrps: "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice",
  deepLinkingSettings: `${DEEP_LINKING}deep_linking_settings`,
  deepLinkingItems: `${DEEP_LINKING}content_items`,
  deepLinkingData: `${DEEP_LINKING}data`,
} as const;

export const VERSION = "1.3.0";

export const MESSAGE = {
  resource: "LtiResourceLinkRequest",
  deepLinking: "LtiDeepLinkingRequest",
  deepLinkingAnswer: "LtiDeepLinkingResponse",
} as const;

const AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/";

export const SCOPE = {
  lineItem: `${AGS}lineitem`,
  lineItemReadOnly: `${AGS}lineitem.readonly`,
  score: `${AGS}score`,
  result: `${AGS}result.readonly`,
  names: "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
} as const;

export const MEDIA = {
  score: "application/vnd.ims.lis.v1.score+json",
  lineItem: "application/vnd.ims.lis.v2.lineitem+json",
  lineItems: "application/vnd.ims.lis.v2.lineitemcontainer+json",
  members: "application/vnd.ims.lti-nrps.v2.membershipcontainer+json",
} as const;

/** What a platform's and a tool's registration say beyond OpenID Connect. */
export const PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration";
export const TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration";
