import type { FastifyInstance } from "fastify";

/** A platform's token may carry a long course description. In bytes. */
const FORM_BYTES = 128 * 1024;

/** Lets the routes of this app take forms. A field that comes more than once is a list. */
export function addFormBodies(app: FastifyInstance): void {
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string", bodyLimit: FORM_BYTES }, (_request, body, done) => {
    const fields = new URLSearchParams(String(body));
    const names = [...new Set(fields.keys())];
    done(null, Object.fromEntries(names.map((name) => [name, fields.getAll(name).length > 1 ? fields.getAll(name) : fields.get(name)])));
  });
}
