import { secretKey } from "../secret-key.ts";

/**
 * The key under which learners' values are drawn. Whoever has it can tell what each learner draws; without it everybody who begins
 * draws others, and who has begun keeps theirs. Fails as `secretKey`.
 */
export function parameterKey(stateDir: string): Buffer {
  return secretKey(stateDir, "parameters", "learners will draw other values when they begin an exercise");
}
