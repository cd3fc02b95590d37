import { z } from "zod";
import * as classes from "../contract/classes.ts";
import * as classroom from "../contract/classroom.ts";
import * as events from "../contract/events.ts";
import * as evidence from "../contract/evidence.ts";
import * as exams from "../contract/exams.ts";
import * as files from "../contract/files.ts";
import * as gradings from "../contract/gradings.ts";
import * as lti from "../contract/lti.ts";
import * as people from "../contract/people.ts";
import * as problem from "../contract/problem.ts";
import * as recording from "../contract/recording.ts";
import * as seat from "../contract/seat.ts";
import * as tokens from "../contract/tokens.ts";
import * as verdict from "../contract/verdict.ts";
import * as webhooks from "../contract/webhooks.ts";
import * as xray from "../contract/xray.ts";

const CONTRACT: readonly object[] = [
  classes,
  classroom,
  events,
  evidence,
  exams,
  files,
  gradings,
  lti,
  people,
  problem,
  recording,
  seat,
  tokens,
  verdict,
  webhooks,
  xray,
];

/** What the contract exports as `…Schema` has its name in the document: `seatViewSchema` is `SeatView`. What is not here stands where it is used. */
export const names = z.registry<{ id: string }>();
for (const room of CONTRACT)
  for (const [name, schema] of Object.entries(room))
    if (name.endsWith("Schema") && schema instanceof z.ZodType && !names.has(schema))
      names.add(schema, { id: `${name.charAt(0).toUpperCase()}${name.slice(1, -"Schema".length)}` });
