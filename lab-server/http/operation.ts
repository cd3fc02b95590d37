import type { z } from "zod";
import type { ProblemCode } from "../contract/problem.ts";
import { COMMON_PROBLEMS } from "./plugins/problem-status.ts";

/** The chapters of the document. */
export const TAGS = {
  me: "Who one is to the lab.",
  seats: "A learner at work on an exercise: a host of their own, and what hangs on it.",
  files: "Files and libvirt definitions of a seat's host.",
  recordings: "What a learner recorded of their terminals.",
  account: "Accounts, sessions and tokens.",
  classes: "Classes, who is in them, and grades.",
  exams: "Exams, verdicts with what they rest on, and appeals.",
  gradings: "Exercises graded on a host of the server's own, without a seat.",
  webhooks: "Who is told when something happens.",
  lti: "Learning platforms, for admins.",
  people: "Everybody with an account, for admins.",
  document: "This document.",
} as const;
export type Tag = keyof typeof TAGS;

/** An answer that is no JSON document. */
export interface OtherAnswer {
  /** A media type; absent where there is no body. */
  readonly type?: string;
  readonly text: string;
  /** What each server-sent event carries, or each text frame of the server. */
  readonly messages?: z.ZodType;
}
export type Answer = z.ZodType | OtherAnswer;

/**
 * What a route takes and gives, said where the route is made: with the schemas by which it parses, and by which the page's types
 * are made. The OpenAPI document is gathered from these.
 */
export interface Operation {
  readonly tag: Tag;
  /** A few words, the imperative. */
  readonly summary: string;
  readonly description?: string;
  /** Parts of the path that are more than an id. */
  readonly params?: Readonly<Record<string, z.ZodType>>;
  /** A strict object. */
  readonly query?: z.ZodObject;
  /** A JSON body, or the media type of another one. */
  readonly body?: z.ZodType | string;
  /** By status. */
  readonly gives: Readonly<Record<number, Answer>>;
  /** What it fails with besides `COMMON_PROBLEMS`, and what the table of permissions says. */
  readonly problems?: readonly ProblemCode[];
  /** A WebSocket: what the page sends in text frames, where it does. */
  readonly sends?: z.ZodType;
}

/** There is nothing to say but that it was done. */
export const DONE: Readonly<Record<number, Answer>> = { 204: { text: "Done." } };

/** What may be the matter with the host of a seat. */
export const HOST_PROBLEMS = ["not_found", "seat_ended", "host_not_ready", "host_lost", "host_parked", "host_failed"] as const satisfies readonly ProblemCode[];

/** Whether an answer is described by a schema. */
export const isSchema = (answer: Answer): answer is z.ZodType => "_zod" in answer;

export { COMMON_PROBLEMS };

declare module "fastify" {
  interface FastifyContextConfig {
    api?: Operation;
  }
}
