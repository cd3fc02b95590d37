import type { Locale } from "../../lab-server/contract/locale.ts";
import type { RecordingList, RecordingView } from "../../lab-server/contract/recording.ts";
import { createLabCall, type LabCall } from "./lab-client.ts";

/** The lab server's routes for recordings. Every call fails with `LabRefused` or `LabUnreachable`. */
export interface RecordingClient {
  start(seat: string, terminal: number, locale: Locale): Promise<RecordingView>;
  stop(seat: string, terminal: number): Promise<RecordingView>;
  list(): Promise<RecordingList>;
  /** The asciicast itself. */
  cast(recording: string): Promise<string>;
  remove(recording: string): Promise<void>;
}

export function createRecordingClient(call: LabCall = createLabCall()): RecordingClient {
  const ofTerminal = (seat: string, terminal: number): string => `seats/${encodeURIComponent(seat)}/terminals/${terminal}/recording`;
  return {
    start: (seat, terminal, locale) => call("POST", ofTerminal(seat, terminal), { body: { locale } }),
    stop: (seat, terminal) => call("DELETE", ofTerminal(seat, terminal)),
    list: () => call("GET", "recordings"),
    cast: (recording) => call("GET", `recordings/${encodeURIComponent(recording)}`),
    remove: (recording) => call("DELETE", `recordings/${encodeURIComponent(recording)}`),
  };
}

/** Where a browser gets the file. */
export function recordingUrl(recording: string): string {
  return `/api/v1/recordings/${encodeURIComponent(recording)}`;
}
