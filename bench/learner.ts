import { WebSocket } from "ws";
import { type SeatEvent, seatEventSchema } from "../lab-server/contract/events.ts";
import type { Me, SeatView } from "../lab-server/contract/seat.ts";
import { ACK_EVERY_BYTES } from "../lab-server/contract/terminal.ts";
import type { Verdict } from "../lab-server/contract/verdict.ts";
import { type Machine, type XrayEvent, xrayEventSchema } from "../lab-server/contract/xray.ts";

/** A learner without a browser: what the page says to the server, and nothing else. */
export class Learner {
  readonly #url: string;
  #cookie = "";

  constructor(url: string) {
    this.#url = url;
  }

  async signIn(): Promise<void> {
    const reply = await fetch(`${this.#url}/api/v1/me`);
    this.#cookie = (reply.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
    if (this.#cookie === "") throw new Error("the server gave no cookie");
  }

  me(): Promise<Me> {
    return this.#ask("GET", "/api/v1/me");
  }

  start(exercise: string): Promise<SeatView> {
    return this.#ask("POST", "/api/v1/seats", { exercise });
  }

  check(seat: string): Promise<Verdict> {
    return this.#ask("POST", `/api/v1/seats/${seat}/checks`, {});
  }

  /** Gets a fresh host and waits for it; ms from the click to the first prompt. */
  resetToPrompt(seat: string): Promise<{ ms: number; terminal: BenchTerminal }> {
    return this.#replaced(() => this.#ask("POST", `/api/v1/seats/${seat}/reset`, {}));
  }

  /** Saves the host; ms until it is saved. Gives the seat as it is then. */
  async takeSnapshot(seat: string): Promise<{ ms: number; seat: SeatView }> {
    const began = performance.now();
    const view = await this.#ask<SeatView>("POST", `/api/v1/seats/${seat}/snapshots`, { name: "bench" });
    return { ms: performance.now() - began, seat: view };
  }

  /** Goes back to a snapshot; ms from the click to the screen. */
  returnToScreen(seat: string, snapshot: string): Promise<{ ms: number; terminal: BenchTerminal }> {
    return this.#replaced(() => this.#ask("POST", `/api/v1/seats/${seat}/snapshots/${snapshot}/return`, {}));
  }

  removeSnapshot(seat: string, snapshot: string): Promise<SeatView> {
    return this.#ask("DELETE", `/api/v1/seats/${seat}/snapshots/${snapshot}`);
  }

  async #replaced(ask: () => Promise<SeatView>): Promise<{ ms: number; terminal: BenchTerminal }> {
    const began = performance.now();
    const seat = await this.#ready(await ask());
    const terminal = await this.openTerminal(seat.id);
    await terminal.until(/\]# /);
    return { ms: performance.now() - began, terminal };
  }

  /** Waits until the lab has found out by itself that a task is done. */
  async ticked(seat: string, task: string): Promise<void> {
    for await (const event of this.#events(seat)) {
      if (event.type === "verdict" && event.verdict.tasks.some((one) => one.task === task && one.outcome === "passed")) return;
    }
    throw new Error(`the events ended before ${task} was ticked`);
  }

  end(seat: string): Promise<unknown> {
    return this.#ask("DELETE", `/api/v1/seats/${seat}`);
  }

  /** Starts an exercise and waits for its host; ms from the click to the first prompt on the screen. */
  async startToPrompt(exercise: string): Promise<{ ms: number; seat: SeatView; terminal: BenchTerminal }> {
    const began = performance.now();
    const seat = await this.#ready(await this.start(exercise));
    const terminal = await this.openTerminal(seat.id);
    await terminal.until(/\]# /);
    return { ms: performance.now() - began, seat, terminal };
  }

  /** Follows the seat's events, as the page does, until its host can be used. */
  async #ready(seat: SeatView): Promise<SeatView> {
    if (seat.phase === "ready") return seat;
    for await (const event of this.#events(seat.id)) {
      if (event.type !== "seat" || event.seat.phase === "starting" || event.seat.phase === "queued") continue;
      if (event.seat.phase !== "ready") throw new Error(`the seat is ${event.seat.phase}: ${JSON.stringify(event.seat.problem)}`);
      return event.seat as SeatView;
    }
    throw new Error("the events ended before the host was ready");
  }

  /** Looks at the X-ray, until `close`. */
  look(seat: string): { until(shown: (machine: Machine) => boolean): Promise<void>; close(): void } {
    const abort = new AbortController();
    let latest: Machine | undefined;
    const waiting = new Set<() => void>();
    const read = async (): Promise<void> => {
      for await (const event of this.#stream<XrayEvent>(`/api/v1/seats/${seat}/xray`, xrayEventSchema, abort)) {
        if (event.type === "machine") latest = event;
        for (const look of [...waiting]) look();
      }
    };
    void read().catch(() => {});
    return {
      until: (shown) =>
        new Promise((resolve) => {
          const look = (): void => {
            if (latest === undefined || !shown(latest)) return;
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
          look();
        }),
      close: () => abort.abort(),
    };
  }

  #events(seat: string): AsyncGenerator<SeatEvent> {
    return this.#stream(`/api/v1/seats/${seat}/events`, seatEventSchema, new AbortController());
  }

  async *#stream<T>(path: string, schema: { parse(value: unknown): T }, abort: AbortController): AsyncGenerator<T> {
    const reply = await fetch(this.#url + path, { headers: { cookie: this.#cookie }, signal: abort.signal });
    if (reply.body === null) throw new Error(`no events: ${reply.status}`);
    let text = "";
    try {
      for await (const chunk of reply.body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const events = text.split("\n\n");
        text = events.pop() ?? "";
        for (const line of events.flatMap((event) => event.split("\n")).filter((one) => one.startsWith("data:"))) {
          yield schema.parse(JSON.parse(line.slice(5)));
        }
      }
    } finally {
      abort.abort();
    }
  }

  openTerminal(seat: string, number = 1): Promise<BenchTerminal> {
    const { promise, resolve, reject } = Promise.withResolvers<BenchTerminal>();
    const socket = new WebSocket(`${this.#url.replace("http", "ws")}/api/v1/seats/${seat}/terminals/${number}`, {
      headers: { cookie: this.#cookie, origin: this.#url },
      perMessageDeflate: false,
    });
    socket.on("error", reject);
    socket.on("open", () => resolve(new BenchTerminal(socket)));
    return promise;
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const reply = await fetch(this.#url + path, {
      method,
      headers: { cookie: this.#cookie, origin: this.#url, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return text === "" ? (undefined as T) : (JSON.parse(text) as T);
  }
}

/** The page's end of a terminal, without drawing: it acknowledges as the page does. */
export class BenchTerminal {
  readonly #socket: WebSocket;
  #listener: (chunk: Buffer) => void = () => {};
  #text = "";
  #unacknowledged = 0;
  #live = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer, binary) => {
      if (!binary) return;
      if (this.#live) {
        this.#unacknowledged += data.length;
        if (this.#unacknowledged >= ACK_EVERY_BYTES) {
          socket.send(JSON.stringify({ type: "ack", bytes: this.#unacknowledged }));
          this.#unacknowledged = 0;
        }
      }
      this.#live = true;
      this.#listener(data);
      this.#text = (this.#text + data.toString("latin1")).slice(-4_000);
    });
    socket.send(JSON.stringify({ type: "attach", cols: 100, rows: 30 }));
  }

  onData(listener: (chunk: Buffer) => void): void {
    this.#listener = listener;
  }

  write(text: string): void {
    this.#socket.send(Buffer.from(text));
  }

  visible(visible: boolean): void {
    this.#socket.send(JSON.stringify({ type: "visible", visible }));
  }

  async until(wanted: RegExp, ms = 60_000): Promise<void> {
    const deadline = performance.now() + ms;
    while (!wanted.test(this.#text)) {
      if (performance.now() > deadline) throw new Error(`${wanted} did not come within ${ms} ms: ${JSON.stringify(this.#text.slice(-300))}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    this.#text = "";
  }

  close(): void {
    this.#socket.close();
  }
}
