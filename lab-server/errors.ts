import type { Problem, ProblemCode } from "./contract/problem.ts";

/** What a `LabError` is made of. */
export interface LabErrorOptions {
  /** Values for the learner's sentence (see `contract/problem.ts`). Shown to learners: no secrets, no paths. */
  readonly params?: Record<string, string | number>;
  /** For the log: what exactly happened, with paths and numbers. Never sent to a browser. */
  readonly log: string;
  readonly cause?: unknown;
}

/**
 * The one error of the lab. A failure has three voices: `code` and `params` choose the learner's sentence and
 * next step, `message` is the operator's line in the log, `cause` is what was thrown below.
 */
export class LabError extends Error {
  readonly code: ProblemCode;
  readonly params: Record<string, string | number> | undefined;

  constructor(code: ProblemCode, options: LabErrorOptions) {
    super(options.log, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "LabError";
    this.code = code;
    this.params = options.params;
  }

  /** The part that may leave the server. */
  toProblem(): Problem {
    return this.params === undefined ? { code: this.code } : { code: this.code, params: this.params };
  }
}

/** Any thrown value as a `LabError`; what is not one already is ours, so it becomes `internal`. */
export function asLabError(thrown: unknown): LabError {
  if (thrown instanceof LabError) return thrown;
  const log = thrown instanceof Error ? thrown.message : String(thrown);
  return new LabError("internal", { log, cause: thrown });
}
