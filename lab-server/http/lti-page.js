// What the pages below /lti/ do by themselves (see lti-pages.ts). Runs in the browser as it is.

/** The platform's storage answers within this time, or is taken for absent. In milliseconds. */
const ANSWER_WITHIN_MS = 3000;
/** A carry code lives for 30 s. */
const RENEW_EVERY_MS = 20_000;

const work = document.querySelector("[data-work]");
if (work instanceof HTMLElement) {
  const jobs = { store, recall, carry, submit: () => work.submit(), close };
  jobs[work.dataset.work]?.(work.dataset);
}

/** The platform's window: around this frame, or behind this tab. */
function surrounding() {
  return window.parent === window ? window.opener : window.parent;
}

/** Asks the platform's storage frame. What other windows say is not listened to. */
function askStorage({ target, origin }, subject, fields) {
  const host = surrounding();
  const frame = target === "_parent" ? host : host.frames[target];
  const id = crypto.randomUUID();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer")), ANSWER_WITHIN_MS);
    addEventListener("message", ({ data, origin: from }) => {
      if (from !== origin || data?.subject !== `${subject}.response` || data.message_id !== id) return;
      clearTimeout(timer);
      if (data.error) reject(new Error(String(data.error.message)));
      else resolve(data.value);
    });
    frame.postMessage({ subject, message_id: id, ...fields }, origin);
  });
}

function otherwise() {
  document.getElementById("otherwise")?.removeAttribute("hidden");
  document.querySelector("[role=status]")?.setAttribute("hidden", "");
}

async function store({ target, origin, key, value, go }) {
  try {
    await askStorage({ target, origin }, "lti.put_data", { key, value });
    location.replace(go);
  } catch {
    otherwise();
  }
}

async function recall({ target, origin, key }) {
  try {
    const value = await askStorage({ target, origin }, "lti.get_data", { key });
    if (typeof value !== "string" || value === "") throw new Error("nothing was kept");
    work.elements.namedItem("proof").value = value;
    work.submit();
  } catch {
    otherwise();
  }
}

/** Keeps the code in the form fresh, so that a click opens the lab at any time. */
function carry({ redirect }) {
  const code = work.elements.namedItem("code");
  let since = Date.now();
  const late = (is) => {
    document.getElementById("late").hidden = !is;
    work.hidden = is;
  };
  const renew = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch("/lti/carry", { method: "POST", body: new URLSearchParams({ redirect }) });
      if (!response.ok) throw new Error(String(response.status));
      code.value = (await response.json()).code;
      since = Date.now();
      late(false);
    } catch {
      if (Date.now() - since > RENEW_EVERY_MS) late(true);
    }
  };
  setInterval(renew, RENEW_EVERY_MS);
  document.addEventListener("visibilitychange", renew);
  // The form is sent before its code is replaced.
  work.addEventListener("submit", () => setTimeout(renew, 1000));
}

function close() {
  surrounding()?.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
}
