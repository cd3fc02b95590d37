import { randomBytes } from "node:crypto";
import type { Host } from "../hosts/backend.ts";
import type { FactsOf, Probes } from "./check.ts";
import { type Answers, ASK_BYTES, composeScript, splitAnswers } from "./compose.ts";
import { FactUnknown } from "./fact.ts";
import { REASONS } from "./texts.ts";

/** A check's only round trip may take this long, in milliseconds: on a node with a class at work a check that is late is better than one that errs. */
export const ASK_TIMEOUT_MS = 50_000;

/** What a probe prints when its time was up while something moved (`probes/guest-facts.sh`). */
export const UNSETTLED = "@unsettled@";

export interface Asked {
  readonly answers: Answers;
  /** What the scripts complained of, for the log. */
  readonly stderr: string;
  /** Something was still on its way when it was asked: the answers may be others in a moment. */
  readonly unsettled: boolean;
}

export interface AskOptions {
  /** Nobody waits for the answers, and they wait for nothing: who asks in passing asks again. */
  readonly inPassing?: boolean;
  /** Aborting gives it up. */
  readonly signal?: AbortSignal;
}

/**
 * Asks a host everything in one exec. Without probes the host is left alone.
 * Fails as `Host.exec` does; a probe that fails only has no good answer.
 */
export async function ask(host: Pick<Host, "exec">, probes: Probes, { inPassing = false, signal }: AskOptions = {}): Promise<Asked> {
  const names = Object.keys(probes);
  if (names.length === 0) return { answers: {}, stderr: "", unsettled: false };
  const delimiter = `=${randomBytes(16).toString("hex")}=`;
  // What a learner types meanwhile goes first (renice(1)), but not a guest that computes all the time: beside one, the nicest get hardly a turn.
  const first = inPassing ? "renice -n 5 $$ >/dev/null\nexport LAB_SETTLE_SECONDS=0\n" : "";
  const result = await host.exec(first + composeScript(probes, delimiter), {
    ...(signal === undefined ? {} : { signal }),
    timeoutMs: ASK_TIMEOUT_MS,
    maxBytes: ASK_BYTES,
  });
  return { answers: splitAnswers(result.stdout, names, delimiter), stderr: result.stderr, unsettled: result.stdout.includes(UNSETTLED) };
}

/**
 * Answers as the facts that judges read. Each fact is read when it is first touched; one that is not known
 * throws `FactUnknown` at that moment, so a judge that does not need it never notices. (Taking it apart in the
 * parameter list is touching it.)
 */
export function factsFrom<P extends Probes>(probes: P, answers: Answers): FactsOf<P> {
  const facts = {};
  for (const [name, probe] of Object.entries(probes)) {
    let fact: { readonly value: unknown } | undefined;
    Object.defineProperty(facts, name, {
      enumerable: true,
      get(): unknown {
        fact ??= { value: readAnswer(name, probe.read, answers) };
        return fact.value;
      },
    });
  }
  return facts as FactsOf<P>;
}

function readAnswer(name: string, read: (output: string) => unknown, answers: Answers): unknown {
  const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
  if (answer === undefined) throw new FactUnknown(REASONS.probeSilent, `probe ${name}: no answer`);
  if (answer.status !== 0) throw new FactUnknown(REASONS.probeSilent, `probe ${name}: exit status ${answer.status}`);
  try {
    return read(answer.output);
  } catch (thrown) {
    if (thrown instanceof FactUnknown) throw thrown;
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new FactUnknown(REASONS.probeSilent, `probe ${name}: ${why}: ${JSON.stringify(answer.output.slice(0, 200))}`);
  }
}
