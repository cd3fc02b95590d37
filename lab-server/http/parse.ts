import type { z } from "zod";
import { LabError } from "../errors.ts";

/** A request's part as its schema has it. Fails with `bad_request`, naming the field. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const reason = `${issue?.path.join(".") || "body"}: ${issue?.message ?? "not understood"}`.slice(0, 200);
  throw new LabError("bad_request", { params: { reason }, log: reason });
}
