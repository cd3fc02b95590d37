import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LabError } from "../errors.ts";
import { contentSecurityPolicy, inlineScriptHashes } from "./plugins/content-security-policy.ts";
import { sendProblem } from "./plugins/errors.ts";

export interface SiteOptions {
  /** The built site. */
  readonly siteDir: string;
  /** Whether learners come by https. */
  readonly secure: boolean;
}

/**
 * The course, as it was built: files, nothing made on the way. A page's policy names the scripts of that very page.
 * What is not there is the site's own 404 page in the language of the address; below `/api/` it is a problem.
 */
export async function siteRoutes(app: FastifyInstance, { siteDir, secure }: SiteOptions): Promise<void> {
  const policies = new Map<string, { readonly changed: number; readonly policy: string }>();
  const policyOf = (page: string): string => {
    const changed = statSync(page).mtimeMs;
    const known = policies.get(page);
    if (known?.changed === changed) return known.policy;
    const policy = contentSecurityPolicy({ secure, scriptHashes: inlineScriptHashes(readFileSync(page, "utf8")) });
    policies.set(page, { changed, policy });
    return policy;
  };

  const notFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const reads = request.method === "GET" || request.method === "HEAD";
    const page = reads && !request.url.startsWith("/api/") ? notFoundPage(siteDir, request.url) : undefined;
    if (page === undefined) return sendProblem(request, reply, new LabError("not_found", { log: `nothing at ${request.url}` }));
    return reply
      .code(404)
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-cache")
      .header("content-security-policy", policyOf(page))
      .send(readFileSync(page));
  };
  app.setNotFoundHandler(notFound);

  if (!existsSync(join(siteDir, "index.html"))) {
    app.log.warn({ siteDir }, "the site is not built: only the lab's own interface is served");
    return;
  }
  await app.register(fastifyStatic, {
    root: siteDir,
    preCompressed: true,
    redirect: true,
    cacheControl: false,
    dotfiles: "ignore",
    setHeaders: (reply, path) => {
      // Names below _astro/ contain a hash of what is in them; everything else is asked for again and mostly unchanged.
      const forever = relative(siteDir, path).startsWith("_astro/");
      reply.header("cache-control", forever ? "public, max-age=31536000, immutable" : "no-cache");
      const page = path.replace(/\.(br|gz|zst)$/, "");
      if (page.endsWith(".html")) reply.header("content-security-policy", policyOf(page));
    },
  });
}

function notFoundPage(siteDir: string, url: string): string | undefined {
  const pages = [join(siteDir, "404.html")];
  if (/^\/zh-cn(\/|$|\?)/.test(url)) pages.unshift(join(siteDir, "zh-cn/404.html"), join(siteDir, "zh-cn/404/index.html"));
  return pages.find((page) => existsSync(page));
}
