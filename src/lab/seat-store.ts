import type { Classroom } from "../../lab-server/contract/classroom.ts";
import type { GuestOfSeat } from "../../lab-server/contract/events.ts";
import type { Problem } from "../../lab-server/contract/problem.ts";
import type { SeatRecordings } from "../../lab-server/contract/recording.ts";
import type { AcceleratorView, Me, SeatView } from "../../lab-server/contract/seat.ts";
import type { Progress, Verdict } from "../../lab-server/contract/verdict.ts";
import { type LabClient, LabRefused } from "./lab-client.ts";
import type { OpenSeatEvents } from "./seat-events.ts";
import { createStore, type Store } from "./store.ts";

/** What the learner asked for and has not got yet. */
export type PendingAction = "start" | "reset" | "check" | "end" | "snapshot" | "return" | "remove" | "solution" | "wake" | "more";

export interface LabState {
  /** Whether a lab server answers at this address. */
  readonly server: "asking" | "here" | "away";
  /** The learner's seat, on whatever exercise. A seat that ended is no seat. */
  readonly seat: SeatView | undefined;
  /** False while the seat's events are being connected again: what is shown may be old. */
  readonly live: boolean;
  readonly progress: readonly Progress[];
  readonly accelerator: AcceleratorView | undefined;
  /** The latest verdict on this host. */
  readonly verdict: Verdict | undefined;
  /** The host's guests, as libvirt has told of them. */
  readonly guests: readonly GuestOfSeat[];
  /**
   * Tasks of which the learner has asked why they are not done. Where the lab only looks by itself, a task that is not done is
   * not held against anybody.
   */
  readonly explained: ReadonlySet<string>;
  /** Counts the verdicts that the learner asked for, on whichever page. */
  readonly asked: number;
  /** What is recorded of the seat's terminals. */
  readonly recordings: SeatRecordings;
  /** Who teaches the learner, what they say, and who looks on; undefined for who is in no class. */
  readonly classroom: Classroom | undefined;
  /** The script that solves the exercise, once the learner wanted to see it. */
  readonly solution: string | undefined;
  readonly pending: PendingAction | undefined;
  /** Why the last action did not work. */
  readonly problem: Problem | undefined;
}

const NO_RECORDINGS: SeatRecordings = { running: [], last: null };

const START: LabState = {
  server: "asking",
  seat: undefined,
  live: false,
  progress: [],
  accelerator: undefined,
  verdict: undefined,
  guests: [],
  explained: new Set(),
  asked: 0,
  recordings: NO_RECORDINGS,
  classroom: undefined,
  solution: undefined,
  pending: undefined,
  problem: undefined,
};

/**
 * What the panel of one lesson shows, and what can be done there. No method throws: a failure is in the state.
 * While an action is pending, further actions are ignored.
 */
export interface SeatStore extends Store<LabState> {
  /** Asks the lab server who this browser is. */
  load(): Promise<void>;
  /** Starts an exercise. @param replace ends a seat on another exercise first. */
  start(exercise: string, replace?: boolean): Promise<void>;
  /** A new host for the seat: after a loss, a failed start, or on the learner's wish. */
  reset(): Promise<void>;
  /** Brings a parked host back. While the server stops there is nothing to be said: it will be asked again. */
  wake(): Promise<void>;
  /** More time for the host, when the warning has come. */
  moreTime(): Promise<void>;
  check(): Promise<void>;
  end(): Promise<void>;
  /** Saves the host as it is now, under that name. */
  takeSnapshot(name: string): Promise<void>;
  /** Goes on from a snapshot; what came after it is discarded. */
  returnTo(snapshot: string): Promise<void>;
  removeSnapshot(snapshot: string): Promise<void>;
  /** The learner has looked at a hint of a task; the first one is 1. */
  tookHint(task: string, number: number): void;
  showSolution(): Promise<void>;
  dismissProblem(): void;
  /** Stops listening. The seat goes on. */
  close(): void;
}

export interface SeatStoreOptions {
  readonly client: LabClient;
  readonly openEvents: OpenSeatEvents;
}

export function createSeatStore({ client, openEvents }: SeatStoreOptions): SeatStore {
  const store = createStore(START);
  let listeningTo: string | undefined;
  let stopListening = (): void => {};

  const change = (part: Partial<LabState>): void => store.set({ ...store.get(), ...part });

  function showSeat(view: SeatView | undefined): void {
    const seat = view === undefined || view.phase === "ended" ? undefined : view;
    const before = store.get().seat;
    // A verdict is about one host: a new seat or a new host has none yet.
    const same = seat !== undefined && before?.id === seat.id && before.host?.id === seat.host?.id;
    const fresh = { verdict: undefined, guests: [], explained: new Set<string>(), asked: 0 };
    const sameExercise = before?.exercise === seat?.exercise;
    // The lab has ended it by itself: what is left of it is the reason.
    const farewell = view?.problem !== undefined && view.phase === "ended" && FAREWELLS.has(view.problem.code) ? { problem: view.problem } : {};
    change({ server: "here", seat, ...farewell, ...(same ? {} : fresh), ...(sameExercise ? {} : { solution: undefined }) });
    listen(seat?.id);
  }

  function listen(seat: string | undefined): void {
    if (seat === listeningTo) return;
    stopListening();
    stopListening = () => {};
    listeningTo = seat;
    if (seat === undefined) {
      change({ live: false });
      return;
    }
    stopListening = openEvents(seat, {
      onEvent(event) {
        if (event.type === "seat") showSeat(event.seat);
        else if (event.type === "guests") change({ guests: event.guests });
        else if (event.type === "recordings") change({ recordings: event.recordings });
        else if (event.type === "classroom") change({ classroom: event.classroom });
        else showVerdict(event.verdict, event.asked);
      },
      // A seat of which nothing was recorded tells nothing of it, and so does one in no class.
      onLive: (live) => change({ live, ...(live && { recordings: NO_RECORDINGS, classroom: undefined }) }),
      onRefused: () => void load(),
    });
  }

  function showVerdict(verdict: Verdict, asked: boolean): void {
    const { verdict: shown, progress, explained, asked: count } = store.get();
    // What the button got comes by the events as well.
    if (shown?.at === verdict.at) return;
    const missing = verdict.tasks.filter(({ outcome }) => outcome !== "passed").map(({ task }) => task);
    change({
      verdict,
      ...((asked || verdict.outcome === "passed") && { progress: withVerdict(progress, verdict) }),
      asked: asked ? count + 1 : count,
      explained: new Set(asked ? missing : missing.filter((task) => explained.has(task))),
    });
  }

  function showFailure(thrown: unknown): void {
    if (thrown instanceof LabRefused) change({ server: "here", problem: thrown.problem });
    else change({ server: "away" });
  }

  async function load(): Promise<void> {
    try {
      const me: Me = await client.me();
      change({ progress: me.progress, accelerator: me.accelerator });
      showSeat(me.seat ?? undefined);
      if (me.farewell !== undefined) change({ problem: me.farewell });
    } catch (thrown) {
      showFailure(thrown);
    }
  }

  /** One action at a time: a double click on Start must not ask twice. */
  async function act(pending: PendingAction, action: () => Promise<void>): Promise<void> {
    if (store.get().pending !== undefined) return;
    change({ pending, problem: undefined });
    try {
      await action();
    } catch (thrown) {
      showFailure(thrown);
      // The page's picture of the seat was wrong, so it is drawn anew.
      if (thrown instanceof LabRefused && SEAT_CHANGED.has(thrown.problem.code)) await load();
    } finally {
      change({ pending: undefined });
    }
  }

  /** An action on the seat there is, which answers with the seat as it is then. */
  const onSeat = (pending: PendingAction, ask: (seat: string) => Promise<SeatView>): Promise<void> =>
    act(pending, async () => {
      const { seat } = store.get();
      if (seat !== undefined) showSeat(await ask(seat.id));
    });

  return {
    get: store.get,
    subscribe: store.subscribe,
    load,
    start: (exercise, replace = false) => act("start", async () => showSeat(await client.startSeat({ exercise, replace }))),
    reset: () =>
      act("reset", async () => {
        const { seat } = store.get();
        if (seat === undefined) return;
        try {
          showSeat(await client.resetSeat(seat.id));
        } catch (thrown) {
          if (!(thrown instanceof LabRefused) || !SEAT_GONE.has(thrown.problem.code)) throw thrown;
          showSeat(await client.startSeat({ exercise: seat.exercise, replace: false }));
        }
      }),
    wake: () =>
      act("wake", async () => {
        const { seat } = store.get();
        try {
          if (seat !== undefined) showSeat(await client.wakeSeat(seat.id));
        } catch (thrown) {
          if (!(thrown instanceof LabRefused) || thrown.problem.code !== "shutting_down") throw thrown;
        }
      }),
    moreTime: () => onSeat("more", (seat) => client.moreTime(seat)),
    check: () =>
      act("check", async () => {
        const { seat } = store.get();
        if (seat === undefined) return;
        showVerdict(await client.runCheck(seat.id), true);
      }),
    end: () =>
      act("end", async () => {
        const { seat } = store.get();
        if (seat === undefined) return;
        await client.endSeat(seat.id);
        showSeat(undefined);
      }),
    takeSnapshot: (name) => onSeat("snapshot", (seat) => client.takeSnapshot(seat, name)),
    returnTo: (snapshot) => onSeat("return", (seat) => client.returnTo(seat, snapshot)),
    removeSnapshot: (snapshot) => onSeat("remove", (seat) => client.removeSnapshot(seat, snapshot)),
    tookHint(task, number) {
      const { seat } = store.get();
      // It is shown whatever the server says: it is only told of it.
      if (seat !== undefined) client.tookHint(seat.id, { task, number }).catch(() => {});
    },
    showSolution: () =>
      act("solution", async () => {
        const { seat } = store.get();
        if (seat !== undefined) change({ solution: (await client.solution(seat.id)).solution });
      }),
    dismissProblem: () => change({ problem: undefined }),
    close() {
      stopListening();
      listeningTo = undefined;
    },
  };
}

const FAREWELLS: ReadonlySet<string> = new Set(["time_up_lost", "host_unused", "exam_over"]);
const SEAT_GONE: ReadonlySet<string> = new Set(["seat_ended", "not_found"]);
const SEAT_CHANGED: ReadonlySet<string> = new Set([...SEAT_GONE, "seat_taken", "not_yours", "host_lost"]);

/** The learner's standing once a verdict is in, as the server will tell it on the next visit. */
export function withVerdict(progress: readonly Progress[], verdict: Verdict): readonly Progress[] {
  if (verdict.outcome === "errored") return progress;
  const before = progress.find((entry) => entry.exercise === verdict.exercise);
  const passedAt = before?.passedAt ?? (verdict.outcome === "passed" ? verdict.at : undefined);
  const entry: Progress = {
    exercise: verdict.exercise,
    attempts: verdict.attempts,
    passedTasks: verdict.tasks.filter((task) => task.outcome === "passed").map((task) => task.task),
    ...(passedAt === undefined ? {} : { passedAt }),
  };
  return [...progress.filter((other) => other.exercise !== verdict.exercise), entry];
}
