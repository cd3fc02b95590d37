import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type DescribedRoute, type OpenApiDocument, openApiDocument } from "./openapi.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** The OpenAPI document of every route below `/api/v1/`. Once all are there. */
    openApi(): OpenApiDocument;
  }
}

/** Gathers what the routes of `api` say of themselves, and serves it. Before any of them. */
export async function addDocument(app: FastifyInstance, api: FastifyInstance, { secure }: { secure: boolean }): Promise<void> {
  const routes: DescribedRoute[] = [];
  let document: OpenApiDocument | undefined;
  app.decorate("openApi", () => {
    document ??= openApiDocument(routes, { secure });
    return document;
  });
  api.addHook("onRoute", ({ method, url, config }) => {
    if (config?.api === undefined) return;
    for (const one of [method].flat()) if (one !== "HEAD") routes.push({ method: one, url, api: config.api });
  });
  let text: string | undefined;
  api.get(
    "/api/v1/openapi.json",
    { config: { api: { tag: "document", summary: "Get this document", gives: { 200: z.looseObject({ openapi: z.string() }) } } } },
    async (_request, reply) => {
      text ??= JSON.stringify(app.openApi());
      return reply.type("application/json; charset=utf-8").header("cache-control", "no-cache").send(text);
    },
  );
}
