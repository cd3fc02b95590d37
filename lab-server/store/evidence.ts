import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import type { Text } from "../contract/locale.ts";
import { parameterValuesSchema } from "../contract/parameter-schemas.ts";
import type { ParameterValues } from "../contract/parameters.ts";
import type { TaskVerdict } from "../contract/verdict.ts";
import type { Store } from "./database.ts";
import type { EvidenceGone } from "./exam-schema.ts";

/** A host's answers take so much at most when they are kept, deflated, bytes. Larger ones are not kept, which is said. */
export const MOST_ANSWER_BYTES = 128 * 1024;
/** What comes out of the deflated bytes: a check's answers as they come are not larger (`ASK_BYTES`), bytes. */
const MOST_INFLATED_BYTES = 16 * 1024 * 1024;
/** Of one learner at one exercise the facts of so many attempts are kept: who checks all day pushes nobody else's out. */
export const MOST_KEPT = 20;

const answersSchema = z.record(z.string(), z.object({ status: z.int(), output: z.string() }));
export type KeptAnswers = z.infer<typeof answersSchema>;

/** What goes with an attempt when it is kept. */
export interface NewEvidence {
  /** The exam that it is a part of. */
  readonly sitting?: string;
  readonly version: string;
  readonly parameters: ParameterValues;
  readonly disagreements?: readonly Text[];
  readonly baseline: KeptAnswers;
  readonly facts: KeptAnswers;
}

export interface EvidenceRecord {
  readonly attempt: number;
  readonly learner: string;
  readonly exercise: string;
  readonly seat: string;
  readonly sitting: string | undefined;
  readonly at: string;
  readonly outcome: "passed" | "failed";
  readonly tasks: readonly TaskVerdict[];
  readonly ms: number;
  /** Undefined for an attempt from before there was evidence. */
  readonly version: string | undefined;
  readonly parameters: ParameterValues;
  readonly disagreements: readonly Text[];
  readonly gone: EvidenceGone | undefined;
}

const pack = (answers: KeptAnswers): Uint8Array => deflateRawSync(JSON.stringify(answers));
const unpack = (bytes: Uint8Array): KeptAnswers =>
  answersSchema.parse(JSON.parse(inflateRawSync(bytes, { maxOutputLength: MOST_INFLATED_BYTES }).toString("utf8")));

/** The row of an attempt that is being kept. */
export function evidenceRow(attempt: number, who: { learner: string; exercise: string; seat: string }, evidence: NewEvidence) {
  const [baseline, facts] = [pack(evidence.baseline), pack(evidence.facts)];
  const bytes = baseline.length + facts.length;
  const fits = bytes <= MOST_ANSWER_BYTES;
  return {
    attempt,
    ...who,
    sitting: evidence.sitting ?? null,
    version: evidence.version,
    parameters: JSON.stringify(evidence.parameters),
    disagreements: evidence.disagreements === undefined ? null : JSON.stringify(evidence.disagreements),
    ...(fits ? { baseline, facts, bytes, gone: null } : { baseline: null, facts: null, bytes: 0, gone: "size" as const }),
  };
}

const joined = (store: Store) =>
  store.db
    .selectFrom("attempts")
    .leftJoin("evidence", "evidence.attempt", "attempts.id")
    .select(["attempts.id", "attempts.learner", "attempts.exercise", "attempts.seat", "attempts.at", "attempts.outcome", "attempts.tasks", "attempts.ms"])
    .select(["evidence.sitting", "evidence.version", "evidence.parameters", "evidence.disagreements", "evidence.gone"]);

type Row = Awaited<ReturnType<ReturnType<typeof joined>["execute"]>>[number];

const toRecord = (row: Row): EvidenceRecord => ({
  attempt: row.id,
  learner: row.learner,
  exercise: row.exercise,
  seat: row.seat,
  sitting: row.sitting ?? undefined,
  at: row.at,
  outcome: row.outcome,
  tasks: JSON.parse(row.tasks),
  ms: row.ms,
  version: row.version ?? undefined,
  parameters: row.parameters === null ? {} : parameterValuesSchema.parse(JSON.parse(row.parameters)),
  disagreements: row.disagreements === null ? [] : JSON.parse(row.disagreements),
  gone: row.gone ?? undefined,
});

/** Attempts of these learners, the newest first. */
export async function attemptsOf(store: Store, learners: readonly string[], exercise: string, most: number): Promise<EvidenceRecord[]> {
  if (learners.length === 0) return [];
  const rows = await joined(store)
    .where("attempts.learner", "in", learners)
    .where("attempts.exercise", "=", exercise)
    .orderBy("attempts.id", "desc")
    .limit(most)
    .execute();
  return rows.map(toRecord);
}

export async function attemptById(store: Store, attempt: number): Promise<EvidenceRecord | undefined> {
  const row = await joined(store).where("attempts.id", "=", attempt).executeTakeFirst();
  return row && toRecord(row);
}

/** How many attempts have been made in a sitting at an exercise. */
export async function countInSitting(store: Store, sitting: string, exercise: string): Promise<number> {
  const { count } = await store.db
    .selectFrom("evidence")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("sitting", "=", sitting)
    .where("exercise", "=", exercise)
    .executeTakeFirstOrThrow();
  return count;
}

/** What the host had answered; undefined where it is not kept any more. */
export async function answersOf(store: Store, attempt: number): Promise<{ readonly baseline: KeptAnswers; readonly facts: KeptAnswers } | undefined> {
  const row = await store.db.selectFrom("evidence").select(["baseline", "facts"]).where("attempt", "=", attempt).executeTakeFirst();
  if (row?.facts == null || row.baseline === null) return undefined;
  return { baseline: unpack(row.baseline), facts: unpack(row.facts) };
}

/** What all kept answers take, bytes. */
export async function evidenceBytes(store: Store): Promise<number> {
  const row = await store.db
    .selectFrom("evidence")
    .select((one) => one.fn.sum<number | null>("bytes").as("sum"))
    .executeTakeFirst();
  return row?.sum ?? 0;
}

const letGo = (gone: EvidenceGone) => ({ baseline: null, facts: null, bytes: 0, gone }) as const;

/** Attempts that something was said about, or that belong to an exam, keep their facts beside newer ones. */
export async function letGoOlder(store: Store, learner: string, exercise: string): Promise<void> {
  const plain = await store.db
    .selectFrom("evidence")
    .select("attempt")
    .where("learner", "=", learner)
    .where("exercise", "=", exercise)
    .where("facts", "is not", null)
    .where("sitting", "is", null)
    .where("attempt", "not in", (from) =>
      from.selectFrom("decisions").select("decisions.attempt").where("decisions.attempt", "is not", null).$castTo<{ attempt: number }>(),
    )
    .orderBy("attempt", "desc")
    .offset(MOST_KEPT)
    .limit(1000)
    .execute();
  if (plain.length === 0) return;
  await store.db
    .updateTable("evidence")
    .set(letGo("number"))
    .where(
      "attempt",
      "in",
      plain.map(({ attempt }) => attempt),
    )
    .execute();
}

/** Lets go of facts and commands from before that moment. */
export async function letGoBefore(store: Store, moment: string): Promise<void> {
  await store.db
    .updateTable("evidence")
    .set(letGo("age"))
    .where("facts", "is not", null)
    .where("attempt", "in", (from) => from.selectFrom("attempts").select("attempts.id").where("attempts.at", "<", moment))
    .execute();
  await store.db.deleteFrom("commands").where("at", "<", moment).execute();
}

/** Lets go of the oldest facts until the rest takes so much at most. */
export async function letGoAbove(store: Store, mostBytes: number): Promise<void> {
  let bytes = await evidenceBytes(store);
  while (bytes > mostBytes) {
    const oldest = await store.db.selectFrom("evidence").select(["attempt", "bytes"]).where("facts", "is not", null).orderBy("attempt").limit(100).execute();
    if (oldest.length === 0) return;
    for (const { attempt, bytes: size } of oldest) {
      if (bytes <= mostBytes) break;
      await store.db.updateTable("evidence").set(letGo("room")).where("attempt", "=", attempt).execute();
      bytes -= size;
    }
  }
}
