import type { Locale } from "../contract/locale.ts";
import type { Choice } from "../lti/deep-linking.ts";
import { WORDS } from "./lti-words.ts";

/*
 * The few pages that an LTI login shows by itself. They work without a script, as far as they can; the one they have is
 * `lti-page.js`, which finds its work by data attributes.
 */

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, "Noto Sans CJK SC", sans-serif; }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; line-height: 1.3; }
a.button, button { display: inline-block; font: inherit; font-weight: 600; padding: 0.6rem 1.1rem; border-radius: 0.4rem; border: 1px solid #0f6e5c;
  background: #0f6e5c; color: #fff; text-decoration: none; cursor: pointer; }
button.quiet { background: transparent; color: inherit; border-color: currentColor; }
a.button:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
fieldset { border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: 0.4rem; margin: 0 0 1rem; padding: 0.5rem 1rem; }
legend { font-weight: 600; padding: 0 0.3rem; }
label { display: flex; gap: 0.6rem; align-items: baseline; padding: 0.3rem 0; }
label small { margin-inline-start: auto; white-space: nowrap; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.25rem; }
`;

/** Text as it may stand in an element or between double quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function page(locale: Locale, heading: string, body: string): string {
  const lang = locale === "en" ? "en" : "zh-CN";
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(heading)} · Ringside</title>
<style>${STYLE}</style>
<script src="/lti/page.js" defer></script>
</head>
<body>
<main>
<h1 id="heading">${escapeHtml(heading)}</h1>
${body}
</main>
</body>
</html>
`;
}

function hidden(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join("\n");
}

function data(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `data-${name}="${escapeHtml(value)}"`)
    .join(" ");
}

function newTabLink(locale: Locale, url: string): string {
  return `<p>${WORDS.newTabWhy[locale]}</p>
<p><a class="button" href="${escapeHtml(url)}" target="_blank" rel="noopener">${WORDS.newTab[locale]}</a></p>`;
}

/** Where the browser keeps nothing for us inside a frame. */
export function newTabPage(locale: Locale, url: string): string {
  return page(locale, WORDS.newTab[locale], newTabLink(locale, url));
}

/** How the platform keeps a secret for this browser (LTI Client Side postMessages, Platform Storage). */
export interface StorageFrame {
  /** The platform's frame by name, or `_parent`. */
  readonly target: string;
  /** Whose answers count. */
  readonly origin: string;
  readonly key: string;
}

/** Has the platform keep the secret, then goes on; where it does not answer, the new tab is offered. */
export function storePage(locale: Locale, { target, origin, key }: StorageFrame, secret: string, goOn: string, newTab: string): string {
  const work = data({ work: "store", target, origin, key, value: secret, go: goOn });
  return page(
    locale,
    WORDS.title[locale],
    `<p role="status" ${work}>${WORDS.wait[locale]}</p>\n<div id="otherwise" hidden>${newTabLink(locale, newTab)}</div>
<noscript>${newTabLink(locale, newTab)}</noscript>`,
  );
}

/** Asks the platform for the secret, and sends the launch again with it. */
export function recallPage(locale: Locale, { target, origin, key }: StorageFrame, launch: Readonly<Record<string, string>>, newTab: string): string {
  const work = data({ work: "recall", target, origin, key });
  return page(
    locale,
    WORDS.title[locale],
    `<p role="status">${WORDS.wait[locale]}</p>
<form method="post" action="/lti/launch" ${work}>
${hidden({ ...launch, proof: "" })}
</form>
<div id="otherwise" hidden>${newTabLink(locale, newTab)}</div>
<noscript>${newTabLink(locale, newTab)}</noscript>`,
  );
}

/** From the frame to a tab of its own. The script keeps the code fresh. */
export function enterPage(locale: Locale, title: string | undefined, code: string, redirect: string): string {
  return page(
    locale,
    title ?? WORDS.title[locale],
    `<p>${WORDS.enterWhy[locale]}</p>
<form method="post" action="/lti/enter" target="_blank" ${data({ work: "carry", redirect })}>
${hidden({ code })}
<button>${WORDS.enter[locale]}</button>
</form>
<p id="late" role="status" hidden>${WORDS.enterLate[locale]}</p>`,
  );
}

/** The exercises to choose from. */
export function choosePage(locale: Locale, secret: string, choices: readonly Choice[], multiple: boolean): string {
  const option = ({ id, title, points }: Choice): string =>
    `<label><input type="${multiple ? "checkbox" : "radio"}" name="exercise"${multiple ? "" : " required"} value="${escapeHtml(id)}"> ${escapeHtml(title[locale])}${
      points > 0 ? ` <small>${WORDS.points[locale].replace("{points}", String(points))}</small>` : ""
    }</label>`;
  const groups = Map.groupBy(choices, ({ group }) => group?.[locale]);
  const sets = [...groups].map(
    ([name, members]) => `<fieldset>${name === undefined ? "" : `<legend>${escapeHtml(name)}</legend>`}
${members.map(option).join("\n")}
</fieldset>`,
  );
  return page(
    locale,
    (multiple ? WORDS.choose : WORDS.chooseOne)[locale],
    `<form method="post" action="/lti/deep-link" aria-labelledby="heading">
${hidden({ secret })}
${sets.join("\n")}
<div class="actions"><button>${WORDS.add[locale]}</button> <button class="quiet" name="cancel" value="yes" formnovalidate>${WORDS.cancel[locale]}</button></div>
</form>`,
  );
}

/** Carries the signed answer back to the platform. */
export function returnPage(locale: Locale, returnUrl: string, jwt: string): string {
  return page(
    locale,
    WORDS.returning[locale],
    `<p role="status">${WORDS.returningWhy[locale]}</p>
<form method="post" action="${escapeHtml(returnUrl)}" ${data({ work: "submit" })}>
${hidden({ JWT: jwt })}
<button>${WORDS.returning[locale]}</button>
</form>`,
  );
}

/** The end of a dynamic registration; the script tells the platform to close its window. */
export function registeredPage(locale: Locale, name: string, deployed: boolean): string {
  const next = escapeHtml(WORDS.registeredNext[locale].replace("{name}", name));
  return page(locale, WORDS.registered[locale], `<p ${data({ work: "close" })}>${next}</p>${deployed ? "" : `\n<p>${WORDS.noDeployment[locale]}</p>`}`);
}

export function problemPage(locale: Locale, { message, next }: { readonly message: string; readonly next: string }): string {
  return page(locale, WORDS.problem[locale], `<p role="alert">${escapeHtml(message)}</p>\n<p>${escapeHtml(next)}</p>`);
}
