import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Locale } from "../../contract/locale.ts";
import { problemText } from "../../contract/problem.ts";
import { asLabError, LabError } from "../../errors.ts";
import { BODY_LIMIT_BYTES } from "./limits.ts";
import { STATUS } from "./problem-status.ts";

/** Every failure leaves as a `Problem`, in the reader's language; the log gets the operator's line. */
export function addErrors(app: FastifyInstance): void {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    return sendProblem(request, reply, noteError(request, thrown).error);
  });
}

/** An address that Fastify cannot read, or a part of one that is longer than any of ours, before a route is known. */
export function unreadableAddress(thrown: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const reason = thrown.code === "FST_ERR_MAX_PARAM_LENGTH" ? "a part of the address is too long" : "the address is not well-formed";
  void sendProblem(request, reply, new LabError("bad_request", { params: { reason }, log: reason }));
}

/** Any failure of a request as ours, written down, with its status. */
export function noteError(request: FastifyRequest, thrown: FastifyError | LabError): { error: LabError; status: number } {
  const error = thrown instanceof LabError ? thrown : fromFastify(thrown, request.routeOptions.bodyLimit ?? BODY_LIMIT_BYTES);
  const status = STATUS[error.code];
  if (status >= 500) request.log.error({ err: error, code: error.code }, "request failed");
  else request.log.debug({ code: error.code, why: error.message }, "request refused");
  return { error, status };
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: LabError): FastifyReply {
  const problem = error.toProblem();
  const locale = localeOf(request.headers["accept-language"]);
  if (error.code === "too_many") reply.header("retry-after", String(error.params?.seconds ?? 60));
  return reply
    .code(STATUS[error.code])
    .header("content-language", locale === "en" ? "en" : "zh-CN")
    .header("cache-control", "no-store")
    .send({ ...problem, ...problemText(problem, locale) });
}

/** Chinese when the reader prefers any Chinese to English. */
export function localeOf(acceptLanguage: string | undefined): Locale {
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map((part, index) => {
      const [tag = "", ...options] = part.trim().toLowerCase().split(";");
      const quality = options.map((option) => /^\s*q=([\d.]+)$/.exec(option)?.[1]).find((value) => value !== undefined);
      return { language: tag.split("-")[0], quality: quality === undefined ? 1 : Number(quality), index };
    })
    .filter(({ language, quality }) => (language === "en" || language === "zh") && quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index);
  return wanted[0]?.language === "zh" ? "zh-cn" : "en";
}

/** What Fastify refuses by itself, in our words. */
function fromFastify(thrown: FastifyError, bodyLimit: number): LabError {
  const options = { log: thrown.message ?? String(thrown), cause: thrown };
  if (thrown.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new LabError("too_large", { params: { limit: `${Math.floor(bodyLimit / 1024)} KiB` }, ...options });
  }
  const clientsFault = thrown.statusCode !== undefined && thrown.statusCode >= 400 && thrown.statusCode < 500;
  if (clientsFault) return new LabError("bad_request", { params: { reason: thrown.message }, ...options });
  return asLabError(thrown);
}
