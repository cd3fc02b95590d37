import { ASCIICAST_TYPE } from "../../lab-server/contract/media-types.ts";
import type { Problem } from "../../lab-server/contract/problem.ts";
import type { Me, SeatView, Solution, StartSeat, TookHint } from "../../lab-server/contract/seat.ts";
import type { Verdict } from "../../lab-server/contract/verdict.ts";

/** The lab server answered, and said no. */
export class LabRefused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message ?? problem.code);
    this.name = "LabRefused";
    this.problem = problem;
  }
}

/** Nobody answered, or what answered is not a lab server (a plain web server, a proxy). */
export class LabUnreachable extends Error {
  constructor(cause?: unknown) {
    super("the lab server did not answer", { cause });
    this.name = "LabUnreachable";
  }
}

/**
 * The lab server's HTTP interface, same origin. Every call fails with `LabRefused` or `LabUnreachable`.
 */
export interface LabClient {
  /** Who this browser is to the lab, its seat and its results. */
  me(signal?: AbortSignal): Promise<Me>;
  startSeat(request: StartSeat): Promise<SeatView>;
  /** The same seat with a new host in the exercise's starting state. */
  resetSeat(seat: string): Promise<SeatView>;
  /** The same seat, with its parked host on its way back. */
  wakeSeat(seat: string): Promise<SeatView>;
  /** The same seat, with more time if there is more to be had. */
  moreTime(seat: string): Promise<SeatView>;
  runCheck(seat: string): Promise<Verdict>;
  endSeat(seat: string): Promise<void>;
  tookHint(seat: string, hint: TookHint): Promise<void>;
  /** The script that solves the exercise. */
  solution(seat: string): Promise<Solution>;
  takeSnapshot(seat: string, name: string): Promise<SeatView>;
  /** The same seat with a host that goes on from the snapshot. */
  returnTo(seat: string, snapshot: string): Promise<SeatView>;
  removeSnapshot(seat: string, snapshot: string): Promise<SeatView>;
}

/** Asks the lab server for something at a path below `/api/v1/`. Fails with `LabRefused` or `LabUnreachable`. */
export type LabCall = <T>(method: string, path: string, options?: { body?: unknown; signal?: AbortSignal | undefined }) => Promise<T>;

/** @param send `fetch`, or something that looks like it in a test. */
export function createLabCall(send: typeof fetch = (input, init) => fetch(input, init)): LabCall {
  return async <T>(method: string, path: string, options: { body?: unknown; signal?: AbortSignal | undefined } = {}): Promise<T> => {
    const init: RequestInit = { method, credentials: "same-origin", headers: { accept: "application/json" } };
    if (options.signal !== undefined) init.signal = options.signal;
    if (options.body !== undefined) {
      init.body = JSON.stringify(options.body);
      init.headers = { accept: "application/json", "content-type": "application/json" };
    }
    let response: Response;
    try {
      response = await send(`/api/v1/${path}`, init);
    } catch (cause) {
      throw new LabUnreachable(cause);
    }
    if (response.status === 204) return undefined as T;
    // A recording is text, and whoever asks for one reads it.
    if (response.ok && response.headers.get("content-type")?.startsWith(ASCIICAST_TYPE)) return (await response.text()) as T;
    const value: unknown = await response.json().catch(() => undefined);
    if (response.ok && value !== undefined) return value as T;
    if (isProblem(value)) throw new LabRefused(value);
    throw new LabUnreachable(new Error(`${method} /api/v1/${path}: status ${response.status}, not from a lab server`));
  };
}

/** @param send `fetch`, or something that looks like it in a test. */
export function createLabClient(send?: typeof fetch): LabClient {
  const call = createLabCall(send);
  return {
    me: (signal) => call("GET", "me", { signal }),
    startSeat: (request) => call("POST", "seats", { body: request }),
    resetSeat: (seat) => call("POST", `seats/${encodeURIComponent(seat)}/reset`, { body: {} }),
    wakeSeat: (seat) => call("POST", `seats/${encodeURIComponent(seat)}/wake`, { body: {} }),
    moreTime: (seat) => call("POST", `seats/${encodeURIComponent(seat)}/more`, { body: {} }),
    runCheck: (seat) => call("POST", `seats/${encodeURIComponent(seat)}/checks`, { body: {} }),
    tookHint: (seat, hint) => call("POST", `seats/${encodeURIComponent(seat)}/hints`, { body: hint }),
    solution: (seat) => call("POST", `seats/${encodeURIComponent(seat)}/solution`, { body: {} }),
    takeSnapshot: (seat, name) => call("POST", `seats/${encodeURIComponent(seat)}/snapshots`, { body: { name } }),
    returnTo: (seat, snapshot) => call("POST", `seats/${encodeURIComponent(seat)}/snapshots/${encodeURIComponent(snapshot)}/return`, { body: {} }),
    removeSnapshot: (seat, snapshot) => call("DELETE", `seats/${encodeURIComponent(seat)}/snapshots/${encodeURIComponent(snapshot)}`),
    endSeat: (seat) => call("DELETE", `seats/${encodeURIComponent(seat)}`),
  };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}
