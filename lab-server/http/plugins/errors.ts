import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Locale } from "../../contract/locale.ts";
import { type ProblemCode, problemText } from "../../contract/problem.ts";
import { asLabError, LabError } from "../../errors.ts";
import { BODY_LIMIT_BYTES } from "./limits.ts";

/** The one place where a problem becomes a status. */
const STATUS: Readonly<Record<ProblemCode, number>> = {
  bad_request: 400,
  not_signed_in: 401,
  sign_in_needed: 401,
  wrong_password: 401,
  not_allowed: 403,
  login_taken: 409,
  sign_in_failed: 502,
  no_such_class: 404,
  class_full: 409,
  class_over: 410,
  exam_early: 409,
  exam_not_begun: 409,
  exam_running: 409,
  exam_over: 410,
  exam_used: 409,
  exam_refused: 403,
  evidence_gone: 410,
  class_paused: 423,
  not_yours: 403,
  not_found: 404,
  unknown_exercise: 404,
  seat_taken: 409,
  host_not_ready: 409,
  host_lost: 409,
  node_restarted: 409,
  host_parked: 409,
  time_up: 409,
  time_up_lost: 410,
  host_unused: 410,
  busy: 409,
  guest_off: 409,
  no_screen: 409,
  spice_only: 409,
  no_desktop: 409,
  desktop_in_making: 503,
  desktop_not_made: 503,
  snapshots_full: 409,
  recordings_full: 409,
  seat_ended: 410,
  no_such_file: 404,
  is_folder: 409,
  is_file: 409,
  special_file: 409,
  not_text: 415,
  no_permission: 403,
  file_exists: 409,
  file_changed: 409,
  file_refused: 409,
  host_disk_full: 507,
  libvirt_refused: 409,
  launch_refused: 403,
  launch_over: 410,
  platform_unknown: 404,
  platform_failed: 502,
  link_over: 410,
  too_large: 413,
  too_many: 429,
  internal: 500,
  check_errored: 500,
  host_failed: 503,
  no_room: 503,
  no_disk: 507,
  cannot_save: 501,
  shutting_down: 503,
};

/** Every failure leaves as a `Problem`, in the reader's language; the log gets the operator's line. */
export function addErrors(app: FastifyInstance): void {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    return sendProblem(request, reply, noteError(request, thrown).error);
  });
}

/** Any failure of a request as ours, written down, with its status. */
export function noteError(request: FastifyRequest, thrown: FastifyError | LabError): { error: LabError; status: number } {
  const error = thrown instanceof LabError ? thrown : fromFastify(thrown);
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
function fromFastify(thrown: FastifyError): LabError {
  const options = { log: thrown.message ?? String(thrown), cause: thrown };
  if (thrown.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new LabError("too_large", { params: { limit: `${BODY_LIMIT_BYTES / 1024} KiB` }, ...options });
  }
  const clientsFault = thrown.statusCode !== undefined && thrown.statusCode >= 400 && thrown.statusCode < 500;
  if (clientsFault) return new LabError("bad_request", { params: { reason: thrown.message }, ...options });
  return asLabError(thrown);
}
