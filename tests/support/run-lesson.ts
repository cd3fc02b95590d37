import { drawParameters } from "../../lab-server/exercises/draw-parameters.ts";
import type { Exercise } from "../../lab-server/exercises/exercise.ts";
import { runSetup } from "../../lab-server/grading/run-script.ts";
import type { Host, HostBackend } from "../../lab-server/hosts/backend.ts";
import { FIRST_SEED } from "../../lab-server/trial/trial-case.ts";
import { runInGuest } from "./guest-command.ts";
import type { Lesson, LessonCommand, LessonStretch } from "./lesson.ts";
import { LessonShell } from "./lesson-shell.ts";

/** What one lesson came to. */
export interface LessonRun {
  /** Commands that ended as the lesson says. */
  readonly ran: number;
  /** The others, a paragraph each. */
  readonly failures: readonly string[];
  readonly ms: number;
}

/** The end of what a command printed is told of, in characters. */
const TAIL = 1500;

/** The usual template, for a lesson without an exercise. */
const TEMPLATE = "running";

/** A stretch may lose so many hosts before that counts against the lesson. */
const HOSTS_TO_LOSE = 2;

/**
 * Runs every command of a lesson in its order, each stretch on a fresh host in its exercise's starting state. A command with the
 * wrong status does not stop the rest; one that never ends, or a host that fails, ends its stretch. When the host itself is lost, which
 * says nothing about the lesson, the stretch is run again on another.
 */
export async function runLesson(backend: HostBackend, exercises: readonly Exercise[], lesson: Lesson): Promise<LessonRun> {
  const began = performance.now();
  const failures: string[] = [];
  let ran = 0;
  for (const stretch of lesson.stretches) {
    let outcome = await runStretch(backend, exercises, stretch);
    for (let lost = 0; outcome.lost && lost < HOSTS_TO_LOSE; lost += 1) {
      console.log(`${lesson.file}: a host was lost, the commands of ${stretch.exercise ?? TEMPLATE} are run again`);
      outcome = await runStretch(backend, exercises, stretch);
    }
    ran += outcome.ran;
    failures.push(...outcome.failures.map((failure) => `${lesson.file}:${failure}`));
  }
  return { ran, failures, ms: Math.round(performance.now() - began) };
}

/** How many commands ended as they should, what the others did, and whether the host was lost under them. */
interface StretchRun {
  ran: number;
  readonly failures: string[];
  lost: boolean;
}

async function runStretch(backend: HostBackend, exercises: readonly Exercise[], { exercise: id, commands }: LessonStretch): Promise<StretchRun> {
  const outcome: StretchRun = { ran: 0, failures: [], lost: false };
  const exercise = exercises.find((one) => one.id === id);
  if (id !== undefined && exercise === undefined) return { ...outcome, failures: [` ${id}: there is no such exercise, or it is broken`] };
  const host = await backend.create({ template: exercise?.definition.template ?? TEMPLATE });
  const unwatch = host.watch();
  try {
    if (exercise !== undefined) await runSetup(host, exercise, drawParameters(exercise.definition.parameters, FIRST_SEED));
    const shell = await LessonShell.open(host);
    for (const command of commands) {
      const place = `${command.line}: ${command.on === "guest" ? command.guest : "host"}# ${command.command}\n`;
      try {
        const wrong = await runCommand(host, shell, command);
        if (wrong === undefined) outcome.ran += 1;
        else outcome.failures.push(place + wrong);
      } catch (thrown) {
        outcome.failures.push(`${place}${thrown instanceof Error ? thrown.message : String(thrown)}\nWhat follows on this host was not run.`);
        return outcome;
      }
    }
    shell.close();
    return outcome;
  } catch (thrown) {
    outcome.failures.push(` ${id ?? TEMPLATE}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return outcome;
  } finally {
    outcome.lost = host.failure !== undefined;
    unwatch();
    await host.end();
  }
}

async function runCommand(host: Host, shell: LessonShell, { on, guest, command, fails, shows, leave, wait }: LessonCommand): Promise<string | undefined> {
  if (shows !== undefined) {
    await shell.look(command, shows, leave, wait * 1000);
    return undefined;
  }
  const { status, output } = on === "guest" ? await runInGuest(host, guest, command, wait) : await shell.run(command, wait * 1000);
  if ((status !== 0) === fails) return undefined;
  return `expected ${fails ? "it to be refused" : "the status 0"}, found the status ${status}; its output:\n${output.slice(-TAIL)}`;
}
