import { readFileSync } from "node:fs";

let known: string | undefined;

/** Which of the node's runs this is: another one after each start of its kernel (random(4), `boot_id`). */
export function bootId(): string {
  known ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return known;
}
