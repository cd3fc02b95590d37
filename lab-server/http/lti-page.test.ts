import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { runInNewContext } from "node:vm";

/*
 * The one script of the LTI pages, run as it is between a page and a platform that are made of as little as it asks for.
 * That a browser's frames and cookies do what is said of them was measured elsewhere (docs/lti.md).
 */

const script = readFileSync(join(import.meta.dirname, "lti-page.js"), "utf8");
const PLATFORM = "https://school.example";

interface Message {
  subject: string;
  message_id: string;
  key?: string;
  value?: string;
}
type Reply = (message: Message) => { from?: string; data: object } | undefined;

/** Opens a page with this work in the platform's frame; `reply` is what the platform's storage says. */
async function open(dataset: Record<string, string>, reply: Reply = () => undefined) {
  const told: { message: Message; to: string }[] = [];
  const done = { went: "", submitted: 0, otherwise: false };
  const listeners: ((event: object) => void)[] = [];
  class HTMLElement {
    dataset = dataset;
    hidden = false;
    fields = { proof: { value: "" }, code: { value: "first" } };
    elements = { namedItem: (name: "proof" | "code") => this.fields[name] };
    submit = () => {
      done.submitted += 1;
    };
    setAttribute() {}
    addEventListener() {}
    removeAttribute() {
      done.otherwise = true;
    }
  }
  const work = new HTMLElement();
  const parent = {
    frames: {} as Record<string, object>,
    postMessage: (message: Message, to: string) => {
      told.push({ message: { ...message }, to });
      const said = reply(message);
      if (said !== undefined) for (const listener of [...listeners]) setImmediate(() => listener({ origin: said.from ?? PLATFORM, data: said.data }));
    },
  };
  parent.frames["store"] = parent;
  const window = { parent, opener: null };
  const document = {
    querySelector: (selector: string) => (selector === "[data-work]" ? work : null),
    getElementById: () => work,
    addEventListener() {},
  };
  runInNewContext(script, {
    window,
    document,
    HTMLElement,
    crypto,
    location: {
      replace: (url: string) => {
        done.went = url;
      },
    },
    addEventListener: (_type: string, listener: (event: object) => void) => listeners.push(listener),
    setTimeout: (run: () => void, ms: number) => setTimeout(run, ms / 30).unref(),
    clearTimeout,
    setInterval: () => 0,
    Promise,
    Error,
    String,
  });
  await delay(200);
  return { told, done, proof: work.fields.proof.value };
}

const store = { work: "store", target: "_parent", origin: PLATFORM, key: "ringside_x", value: "secret", go: `${PLATFORM}/auth` };
const recall = { work: "recall", target: "store", origin: PLATFORM, key: "ringside_x" };
const answer = (more: object): Reply => {
  return ({ subject, message_id }) => ({ data: { subject: `${subject}.response`, message_id, ...more } });
};

test("the platform keeps the secret, and only then the login goes on", async () => {
  const { told, done } = await open(store, answer({ key: "ringside_x", value: "secret" }));
  assert.deepEqual([told.length, told[0]?.to, told[0]?.message.subject, told[0]?.message.value], [1, PLATFORM, "lti.put_data", "secret"]);
  assert.equal(done.went, `${PLATFORM}/auth`);
});

test("what the platform kept goes back with the launch", async () => {
  const { done, proof, told } = await open(recall, answer({ value: "secret" }));
  assert.equal(told[0]?.message.subject, "lti.get_data");
  assert.deepEqual([done.submitted, proof], [1, "secret"]);
});

test("nobody else is listened to, and where nothing is kept the new tab is offered", async () => {
  const foreign: Reply = ({ subject, message_id }) => ({ from: "https://evil.example", data: { subject: `${subject}.response`, message_id, value: "theirs" } });
  const wrong: Reply = ({ subject }) => ({ data: { subject: `${subject}.response`, message_id: "another", value: "theirs" } });
  for (const reply of [foreign, wrong, answer({ error: { code: "storage_exhaustion", message: "full" } }), answer({ value: "" }), () => undefined]) {
    const { done, proof } = await open(recall, reply);
    assert.deepEqual(done, { went: "", submitted: 0, otherwise: true });
    assert.equal(proof, "");
  }
  assert.deepEqual((await open(store, foreign)).done, { went: "", submitted: 0, otherwise: true });
  assert.equal((await open({ ...store, target: "no-such-frame" })).done.otherwise, true);
});

test("an answer is carried back, and a registration tells its window to close", async () => {
  assert.equal((await open({ work: "submit" })).done.submitted, 1);
  const { told } = await open({ work: "close" });
  assert.deepEqual({ ...told[0]?.message }, { subject: "org.imsglobal.lti.close" });
});

test("the code in the form is kept fresh while the page is seen, and the button goes when that fails for long", async () => {
  const form = { hidden: false, code: { value: "first" } };
  const late = { hidden: true };
  const asked: string[] = [];
  let answers: (string | undefined)[] = ["second", undefined, undefined];
  let now = 0;
  let renew = async (): Promise<void> => {};
  class HTMLElement {
    dataset = { work: "carry", redirect: "/exercises/x" };
    elements = { namedItem: () => form.code };
    addEventListener() {}
    set hidden(hidden: boolean) {
      form.hidden = hidden;
    }
  }
  const work = new HTMLElement();
  const document = { hidden: false, querySelector: () => work, getElementById: () => late, addEventListener() {} };
  runInNewContext(script, {
    document,
    HTMLElement,
    URLSearchParams,
    Date: { now: () => now },
    fetch: async (url: string, { body }: { body: URLSearchParams }) => {
      asked.push(`${url} ${body}`);
      const code = answers.shift();
      return { ok: code !== undefined, status: 401, json: async () => ({ code }) };
    },
    setInterval: (run: () => Promise<void>, ms: number) => {
      assert.ok(ms < 30_000, "a code lives for 30 s");
      renew = run;
    },
    setTimeout,
    Error,
    String,
  });
  const later = async (ms: number): Promise<unknown[]> => {
    now += ms;
    await renew();
    return [form.code.value, form.hidden, late.hidden];
  };
  assert.deepEqual(await later(20_000), ["second", false, true]);
  assert.deepEqual(asked, ["/lti/carry redirect=%2Fexercises%2Fx"]);
  assert.deepEqual(await later(10_000), ["second", false, true], "the last code is good yet");
  assert.deepEqual(await later(20_000), ["second", true, false]);
  answers = ["third"];
  document.hidden = true;
  assert.deepEqual(await later(20_000), ["second", true, false]);
  document.hidden = false;
  assert.deepEqual(await later(1), ["third", false, true]);
});
