import { readFileSync } from "node:fs";
import { shellWord } from "../../lab-server/grading/compose.ts";
import type { Host } from "../../lab-server/hosts/backend.ts";

const SCRIPT = readFileSync(new URL("guest-command.py", import.meta.url), "utf8");
/** Beyond the command's own time: what the script needs for itself on a busy host, in milliseconds. */
const BEYOND_MS = 30_000;

/**
 * Runs a command as root inside a guest, through its agent; waits for a guest that is still starting.
 * @param wait seconds for both
 * Fails with what kept the guest from being asked.
 */
export async function runInGuest(host: Host, guest: string, command: string, wait: number): Promise<{ status: number; output: string }> {
  const result = await host.exec(`exec python3 -c ${shellWord(SCRIPT)}`, {
    stdin: JSON.stringify({ guest, command, wait }),
    timeoutMs: wait * 1000 + BEYOND_MS,
  });
  if (result.code !== 0) throw new Error(`the guest could not be asked: ${result.stderr.trim().split("\n").at(-1) ?? ""}`);
  const answer = JSON.parse(result.stdout) as { problem: string } | { status: number; output: string };
  if ("problem" in answer) throw new Error(answer.problem);
  return answer;
}
