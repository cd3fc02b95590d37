import { secretKey } from "../../secret-key.ts";

/**
 * The key that signs learners' cookies. Whoever has it can be any learner; without it every learner is a new one.
 * Fails as `secretKey`.
 */
export function cookieKey(stateDir: string): Buffer {
  return secretKey(stateDir, "learner-cookie", "learners will be new ones");
}
