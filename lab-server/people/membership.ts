import { LabError } from "../errors.ts";
import { type ClassRecord, classById, type MemberRecord, memberAmong, membersOf } from "../store/classes.ts";
import type { Store } from "../store/database.ts";
import { learnersOf, learnersOfEach } from "../store/people.ts";

/*
 * Who a learner is in a class. Somebody may have joined, and worked, before they had an account: then under another id.
 */

/** A member of a class by the id under which they are in it. Fails with `not_found`. */
export async function memberOf(store: Store, { id }: Pick<ClassRecord, "id">, learner: string): Promise<MemberRecord> {
  return (await memberAmong(store, id, [learner])) ?? refuse(learner, id);
}

export interface Membership {
  readonly room: ClassRecord;
  readonly member: MemberRecord;
  /** Every id under which they have worked. */
  readonly learners: readonly string[];
}

/** What a learner is in a class that is there. Fails with `not_found`. */
export async function membershipOf(store: Store, learner: string, id: string): Promise<Membership> {
  const learners = await learnersOf(store, learner);
  const room = await classById(store, id);
  const member = room && (await memberAmong(store, id, learners));
  return room === undefined || member === undefined ? refuse(learner, id) : { room, member, learners };
}

/** The members of a class, by every id under which they have worked. */
export async function membersById(store: Store, id: string): Promise<Map<string, MemberRecord>> {
  const members = await membersOf(store, id);
  const ids = await learnersOfEach(
    store,
    members.map(({ learner }) => learner),
  );
  return new Map(members.flatMap((member) => (ids.get(member.learner) ?? []).map((each) => [each, member] as const)));
}

function refuse(learner: string, id: string): never {
  throw new LabError("not_found", { log: `${learner} is not in class ${id}` });
}
