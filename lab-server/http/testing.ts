import assert from "node:assert/strict";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { problemSchema } from "../contract/problem.ts";
import type { OpenApiDocument } from "./openapi.ts";
import { STATUS } from "./plugins/problem-status.ts";

/** An answer as `inject` gives it. */
export interface GivenAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface OperationObject {
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>>; readonly "x-problems"?: readonly string[] }>>;
}

const pointer = (word: string): string => word.replaceAll("~", "~0").replaceAll("/", "~1");

/** Holds answers against the OpenAPI document. */
export class AnswerCheck {
  readonly #document: OpenApiDocument;
  readonly #paths: readonly { readonly path: string; readonly pattern: RegExp }[];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: OpenApiDocument) {
    this.#document = document;
    (formats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
    this.#ajv.addSchema(document, "lab");
    this.#paths = Object.keys(document.paths)
      // What is written out comes before what stands for anything.
      .toSorted((a, b) => a.split("{").length - b.split("{").length)
      .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]*")}$`) }));
  }

  /** The path of the document that an address belongs to. */
  pathOf(url: string): string | undefined {
    const [address = ""] = url.split("?");
    return this.#paths.find(({ pattern }) => pattern.test(address))?.path;
  }

  /** Whether the document allows a JSON body. Undefined where it takes none. */
  allowsBody(method: string, path: string, body: unknown): boolean | undefined {
    const operation = this.#document.paths[path]?.[method.toLowerCase()] as OperationObject | undefined;
    if (operation?.requestBody?.content["application/json"] === undefined) return undefined;
    return this.#validator(`lab#/paths/${pointer(path)}/${method.toLowerCase()}/requestBody/content/${pointer("application/json")}/schema`)(body) as boolean;
  }

  #validator(place: string): ValidateFunction {
    const validate = this.#validators.get(place) ?? this.#ajv.getSchema(place);
    assert.ok(validate, place);
    this.#validators.set(place, validate);
    return validate;
  }

  /** Fails when the document does not allow the answer. What is not below `/api/v1/` is nothing to it. */
  check(method: string, url: string, { statusCode, headers, body }: GivenAnswer): void {
    const path = this.pathOf(url);
    const operation = path === undefined ? undefined : (this.#document.paths[path]?.[method.toLowerCase()] as OperationObject | undefined);
    if (path === undefined || operation === undefined) return;
    const what = `${method} ${url}: ${statusCode}`;
    const type = String(headers["content-type"] ?? "").split(";")[0] ?? "";
    if (statusCode >= 400 && statusCode !== 426) {
      checkProblem(what, body, statusCode);
      return;
    }
    const response = operation.responses[statusCode];
    assert.ok(response, `${what} is not in the document`);
    if (response.content === undefined) {
      assert.equal(body, "", `${what} has a body`);
      return;
    }
    assert.ok(type in response.content, `${what}: ${type} is not in the document`);
    if (type !== "application/json") return;
    const validate = this.#validator(`lab#/paths/${pointer(path)}/${method.toLowerCase()}/responses/${statusCode}/content/${pointer(type)}/schema`);
    assert.ok(validate(JSON.parse(body)), `${what} does not fit the document: ${JSON.stringify(validate.errors)}\n${body.slice(0, 500)}`);
  }
}

/** Every refusal is one of the family, with its own status and its sentences. */
function checkProblem(what: string, body: string, status: number): void {
  const { data: problem } = problemSchema.safeParse(body.startsWith("{") ? JSON.parse(body) : undefined);
  assert.ok(problem !== undefined, `${what} is no problem of the family: ${body.slice(0, 500)}`);
  assert.equal(STATUS[problem.code], status, `${what}: ${problem.code}`);
  assert.ok((problem.message ?? "") !== "" && (problem.next ?? "") !== "", `${what}: ${body}`);
}
