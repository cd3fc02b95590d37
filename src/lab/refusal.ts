import { type Problem, problemSchema } from "../../lab-server/contract/problem.ts";

/** HTTP statuses of a refusal that trying again does not change. */
const FINAL = [401, 403, 404, 410];
const PATIENCE_MS = 5_000;

/**
 * Why a WebSocket was refused, if it was refused for good. A browser does not tell of an upgrade's reply; the same
 * address asked without an upgrade answers with the same problem. Never fails.
 */
export async function refusalOf(url: string, ask: typeof fetch = fetch): Promise<Problem | undefined> {
  try {
    const reply = await ask(url.replace(/^ws/, "http"), { signal: AbortSignal.timeout(PATIENCE_MS) });
    return FINAL.includes(reply.status) ? problemSchema.parse(await reply.json()) : undefined;
  } catch {
    return undefined;
  }
}
