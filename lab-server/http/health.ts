import type { FastifyInstance } from "fastify";

/** One question about the server: resolves when all is well, else says why not. */
export type ReadinessCheck = () => Promise<void> | void;

export interface HealthRoutesOptions {
  readonly readiness: Readonly<Record<string, ReadinessCheck>>;
}

/**
 * For whoever runs the server, under any name and without a cookie. `/healthz`: the process answers. `/readyz`: it can do
 * its work; else 503 with the reason for each thing that is not well. Reasons are the operator's and name no paths.
 */
export async function healthRoutes(app: FastifyInstance, { readiness }: HealthRoutesOptions): Promise<void> {
  app.get("/healthz", { config: { anyName: true } }, async () => ({ ok: true }));

  app.get("/readyz", { config: { anyName: true } }, async (request, reply) => {
    const answers = await Promise.all(
      Object.entries(readiness).map(async ([name, check]) => {
        try {
          await check();
          return [name, "ok"] as const;
        } catch (error) {
          request.log.warn({ err: error, name }, "not ready");
          return [name, error instanceof Error ? error.message : String(error)] as const;
        }
      }),
    );
    const ok = answers.every(([, answer]) => answer === "ok");
    return reply
      .code(ok ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ ok, ...Object.fromEntries(answers) });
  });
}
