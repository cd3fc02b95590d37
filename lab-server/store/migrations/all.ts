import type { Migration } from "kysely/migration";
import * as firstTables from "./001-first-tables.ts";
import * as snapshots from "./002-snapshots.ts";
import * as help from "./003-help.ts";
import * as parked from "./004-parked.ts";
import * as life from "./005-life.ts";
import * as recordings from "./006-recordings.ts";
import * as people from "./007-people.ts";
import * as parameters from "./008-parameters.ts";
import * as classes from "./009-classes.ts";
import * as lti from "./010-lti.ts";
import * as liveRoom from "./011-live-room.ts";
import * as exams from "./012-exams.ts";
import * as interfaces from "./013-interface.ts";
import * as ltiCourses from "./014-lti-courses.ts";

/**
 * Every migration, oldest first. A list and not a look into a folder, so that a file that is missing from a
 * package is noticed when the server starts. A migration that has been released is never changed.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "001-first-tables": firstTables,
  "002-snapshots": snapshots,
  "003-help": help,
  "004-parked": parked,
  "005-life": life,
  "006-recordings": recordings,
  "007-people": people,
  "008-parameters": parameters,
  "009-classes": classes,
  "010-lti": lti,
  "011-live-room": liveRoom,
  "012-exams": exams,
  "013-interface": interfaces,
  "014-lti-courses": ltiCourses,
};
