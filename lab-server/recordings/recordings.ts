import { randomBytes } from "node:crypto";
import type { Locale } from "../contract/locale.ts";
import { MAX_RECORDING_BYTES, MOST_RECORDINGS, type RecordingEnd, type RecordingList, type RecordingView, type SeatRecordings } from "../contract/recording.ts";
import { LabError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Seat } from "../seats/seat.ts";
import type { Store } from "../store/database.ts";
import { learnersOf } from "../store/people.ts";
import { endRecording, findRecording, insertRecording, lastEndedAt, type RecordingRecord, recordingsOf, viewOf } from "../store/recordings.ts";
import { CastFile } from "./cast-file.ts";
import { Recorder } from "./recorder.ts";
import { type KeptCast, RecordingFiles } from "./recording-files.ts";
import { marksForTasks } from "./task-marks.ts";

export interface RecordingsOptions {
  readonly store: Store;
  /** Below it is the folder of the recordings. */
  readonly stateDir: string;
  readonly log: Log;
  /** Days after which a recording is removed. */
  readonly keptDays: number;
  /** All recordings together, in bytes. */
  readonly maxTotalBytes: number;
  /** One recording, in bytes. */
  readonly maxBytes?: number;
}

interface Running {
  readonly record: RecordingRecord;
  readonly file: CastFile;
  readonly recorder: Recorder;
  /** Resolves when it is over and written down. */
  readonly over: Promise<void>;
}

const EXPIRE_EVERY_MS = 6 * 3600 * 1000;

/**
 * What learners record of their terminals: begun by their word, one at a time for each terminal, kept with the learner and not with
 * the seat, shown to nobody else. A recording ends with the server that made it; the next one finds it whole.
 */
export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #files: RecordingFiles;
  /** By seat and terminal. */
  readonly #running = new Map<string, Running>();
  /** One start after another: two of them must not both find the last free place. */
  #starts: Promise<unknown> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  private constructor(options: RecordingsOptions, files: RecordingFiles) {
    this.#options = options;
    this.#files = files;
    const expire = (): void =>
      void files.expire(options.keptDays).catch((error: unknown) => options.log.warn({ err: error }, "old recordings were not removed"));
    this.#timer = setInterval(expire, EXPIRE_EVERY_MS).unref();
  }

  /** Takes over what earlier servers recorded; what was running when one of them ended is over. */
  static async open(options: RecordingsOptions): Promise<Recordings> {
    const files = await RecordingFiles.open(options.store, options.stateDir);
    await files.expire(options.keptDays);
    return new Recordings(options, files);
  }

  /**
   * Begins to record a terminal of a seat that is ready, or gives the recording that runs there.
   * Fails with `not_found` when the terminal has no shell, `recordings_full`, `no_disk`, or as `Seat.ready`.
   */
  start(seat: Seat, terminal: number, locale: Locale): Promise<RecordingView> {
    const started = this.#starts.then(() => this.#start(seat, terminal, locale));
    this.#starts = started.catch(() => {});
    return started;
  }

  /** Ends the recording of a terminal. Fails with `not_found` when there is none. */
  async stop(seat: Seat, terminal: number): Promise<RecordingView> {
    const running = this.#running.get(keyOf(seat.id, terminal));
    if (running === undefined) throw new LabError("not_found", { log: `terminal ${terminal} of seat ${seat.id} is not recorded` });
    running.recorder.end("learner");
    await running.over;
    return viewOf(await this.#find(seat.learner, running.record.id));
  }

  async ofSeat(seat: string): Promise<SeatRecordings> {
    const last = await lastEndedAt(this.#options.store, seat);
    const running = [...this.#running.values()].filter(({ record }) => record.seat === seat);
    return { running: running.map(viewNow), last: last === undefined ? null : viewOf(last) };
  }

  /** The learner's own, newest first. */
  async list(learner: string): Promise<RecordingList> {
    const now = new Map([...this.#running.values()].map((running) => [running.record.id, viewNow(running)]));
    const records = await recordingsOf(this.#options.store, learner);
    return { recordings: records.map((record) => now.get(record.id) ?? viewOf(record)), keptDays: this.#options.keptDays };
  }

  /** The file, as far as it is whole. Fails with `not_found` where this learner has no such recording. */
  async read(learner: string, id: string): Promise<KeptCast & { readonly name: string }> {
    const { exercise, at, terminal } = await this.#find(learner, id);
    const name = `${exercise}-${at.slice(0, 19).replaceAll(":", "")}-${terminal}.cast`;
    return { ...(await this.#files.read(id)), name };
  }

  /** Removes it for good; one that runs is ended first. Fails with `not_found`. */
  async remove(learner: string, id: string): Promise<void> {
    const { bytes } = await this.#find(learner, id);
    const running = [...this.#running.values()].find(({ record }) => record.id === id);
    running?.recorder.end("learner");
    await running?.over;
    await this.#files.remove(id, running?.file.bytes ?? bytes);
  }

  /** Ends what runs. Resolves when all is written. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#starts;
    const running = [...this.#running.values()];
    for (const { recorder } of running) recorder.end("server");
    await Promise.all(running.map(({ over }) => over));
    await this.#files.settled;
  }

  async #start(seat: Seat, number: number, locale: Locale): Promise<RecordingView> {
    const key = keyOf(seat.id, number);
    const present = this.#running.get(key);
    if (present !== undefined) return viewNow(present);
    const { store, maxTotalBytes, maxBytes = MAX_RECORDING_BYTES, log } = this.#options;
    const terminal = await seat.ready().terminals.existing(String(number));
    if (terminal === undefined || terminal.ended !== undefined) throw new LabError("not_found", { log: `seat ${seat.id} has no terminal ${number}` });
    const kept = await recordingsOf(store, seat.learner);
    if (kept.length >= MOST_RECORDINGS) {
      throw new LabError("recordings_full", { params: { limit: MOST_RECORDINGS }, log: `the learner has ${kept.length} recordings` });
    }
    if (this.#files.totalBytes >= maxTotalBytes) throw new LabError("no_disk", { log: `recordings take ${this.#files.totalBytes} bytes` });

    const at = new Date();
    const id = randomBytes(12).toString("hex");
    const row = { id, learner: seat.learner, seat: seat.id, exercise: seat.exercise.id, terminal: number, at: at.toISOString() };
    await insertRecording(store, row);
    const ended = Promise.withResolvers<RecordingEnd>();
    const file = await CastFile.create(this.#files.path(id), (error) => {
      log.error({ err: error, recording: id }, "a recording could not be written");
      recorder.end("room");
    }).catch(async (error: unknown) => {
      await this.#files.remove(id, 0);
      throw new LabError("no_disk", { log: `no file for a recording: ${String(error)}`, cause: error });
    });
    const recorder: Recorder = new Recorder({
      terminal,
      file,
      title: `${seat.exercise.id}, terminal ${number}`,
      at,
      maxBytes,
      takeRoom: (bytes) => this.#files.takeRoom(bytes, maxTotalBytes),
      onEnd: ended.resolve,
    });
    const unmark = marksForTasks(seat, locale, (label) => recorder.mark(label));
    const over = ended.promise.then(async (why) => {
      unmark();
      const bytes = await file.close();
      if (this.#running.get(key)?.record.id === id) this.#running.delete(key);
      // Ended before its screen was drawn: there is nothing to keep.
      if (bytes === 0) await this.#files.remove(id, 0);
      else await endRecording(store, id, { ms: recorder.ms, bytes, ended: why });
      await this.#tell(seat);
    });
    const running: Running = { record: { ...row, ms: 0, bytes: 0, ended: undefined }, file, recorder, over };
    over.catch((error: unknown) => log.error({ err: error, recording: id }, "the end of a recording was not written down"));
    this.#running.set(key, running);
    await recorder.begun;
    if (file.bytes === 0) {
      await over;
      throw new LabError("no_disk", { log: `recording ${id} ended before it began; all take ${this.#files.totalBytes} bytes` });
    }
    await this.#tell(seat);
    return viewNow(running);
  }

  async #tell(seat: Seat): Promise<void> {
    seat.publish({ type: "recordings", recordings: await this.ofSeat(seat.id) });
  }

  /** Another learner's recording is none: who guesses learns nothing. */
  async #find(learner: string, id: string): Promise<RecordingRecord> {
    const record = await findRecording(this.#options.store, id);
    if (record === undefined || !(await learnersOf(this.#options.store, learner)).includes(record.learner))
      throw new LabError("not_found", { log: `the learner has no recording ${id}` });
    return record;
  }
}

function keyOf(seat: string, terminal: number): string {
  return `${seat}/${terminal}`;
}

function viewNow({ record, file, recorder }: Running): RecordingView {
  return viewOf({ ...record, ms: recorder.ms, bytes: file.bytes });
}
