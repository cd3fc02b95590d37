import type { Problem } from "../contract/problem.ts";
import { asLabError } from "../errors.ts";
import type { Host, ShellChannel, TerminalSize } from "../hosts/backend.ts";
import type { CommandEvent } from "./command-lines.ts";
import { CommandMarks } from "./command-marks.ts";
import { OutputJoiner } from "./output-joiner.ts";
import { Screen, type ScreenSnapshot } from "./screen.ts";
import { type TerminalEnd, Viewer, type ViewerKind, type ViewerSink } from "./viewer.ts";

/** What a terminal needs of the host its shell runs on. */
export type TerminalHost = Pick<Host, "state" | "failure" | "thaw" | "watch">;

export interface TerminalOptions {
  readonly channel: ShellChannel;
  /** The size the shell was opened with. */
  readonly size: TerminalSize;
  readonly host: TerminalHost;
  /** Lines kept above the screen. Default 1,000. */
  readonly scrollback?: number;
  /** See `Viewer`; in milliseconds. */
  readonly stuckAfterMs?: number;
  /** Called when a command has ended, and some time after Enter was typed into one that runs: something may have changed. */
  readonly onWork?: () => void;
  /** See `ScreenOptions.onCommand`. */
  readonly onCommand?: (event: CommandEvent) => void;
}

/** The terminal as one viewer holds it. */
export interface AttachedViewer {
  /** Keys. A frozen host is thawed first; keys given meanwhile wait, and keep their order. */
  input(data: Uint8Array): void;
  /** The size this viewer has now; the viewer that came or resized last decides. */
  resize(size: TerminalSize): void;
  acknowledge(bytes: number): void;
  setVisible(visible: boolean): void;
  /** Asks for the whole screen again. */
  refresh(): void;
  detach(): void;
}

/** Hears all that a terminal shows, whole and in order. It slows nobody, keeps no host awake, and must be quick. */
export interface TerminalTap {
  /** The screen at the moment of the tap, without what has scrolled away. What came since may have been told before it. */
  begin(screen: ScreenSnapshot): void;
  output(data: Uint8Array): void;
  resize(size: TerminalSize): void;
  /** By the shell's marks; undefined where it told no exit status. */
  commandEnded(status: number | undefined): void;
  /** The last call. */
  end(end: TerminalEnd): void;
}

const DEFAULT_SCROLLBACK = 1_000;
/** After this much output a picture of the screen is left with the shell. What was said since is kept there whole, up to twice as much (hold-shells.c). */
const KEEP_EVERY_BYTES = 2 * 1024 * 1024;
/** A new size comes in many steps while a window is drawn larger; what is said in the last one must not be drawn in an old one. */
const KEEP_AFTER_RESIZE_MS = 300;
/** Keys that may wait for the host; a paste beyond it is refused. */
const MAX_UNSENT_INPUT_BYTES = 1024 * 1024;
/** What is typed into a running command, as into a guest's console, has had its effect after this long. */
const TYPED_WORK_MS = 1_500;
const ENTER = "\r".charCodeAt(0);
/** Between the two resizes that make a full-screen program repaint. At once, the program would see only the second: no change. */
const REPAINT_MS = 100;

interface ViewerSize {
  readonly wanted: TerminalSize;
  /** It was last shown the screen in a size that another viewer chose. */
  shownAnother: boolean;
}

/**
 * A shell with a memory. Viewers come and go, the shell goes on; each viewer gets the screen as it is and then every
 * byte that follows, none missing and none twice.
 *
 * The shell is read as fast as the slowest viewer and the own screen allow (see `Viewer`, `Screen`); with no viewer
 * only the own screen counts, so that a program never waits for somebody to look. The host stays awake as long as a
 * visible viewer is attached.
 */
export class PersistentTerminal {
  readonly #channel: ShellChannel;
  readonly #host: TerminalHost;
  readonly #screen: Screen;
  readonly #joiner: OutputJoiner;
  readonly #stuckAfterMs: number | undefined;
  /** In the order in which they last decided the size. */
  readonly #viewers = new Map<Viewer, ViewerSize>();
  /** Those who look over the shoulder: they decide no size, answer nothing, slow nobody and keep no host awake. */
  readonly #watchers = new Set<Viewer>();
  readonly #taps = new Set<TerminalTap>();
  readonly #endListeners: ((end: TerminalEnd) => void)[] = [];
  #end: TerminalEnd | undefined;
  #paused = false;
  #unwatch: (() => void) | undefined;
  #repaint: NodeJS.Timeout | undefined;
  readonly #marks = new CommandMarks();
  readonly #onWork: () => void;
  #workTimer: NodeJS.Timeout | undefined;
  #receivedBytes = 0;
  #keptAtBytes = 0;
  #keepTimer: NodeJS.Timeout | undefined;
  #keys: Uint8Array[] = [];
  #keyBytes = 0;
  #sendingKeys = false;

  constructor(options: TerminalOptions) {
    this.#channel = options.channel;
    this.#host = options.host;
    this.#stuckAfterMs = options.stuckAfterMs;
    this.#onWork = options.onWork ?? (() => {});
    const { left } = options.channel;
    this.#screen = new Screen({
      size: left?.size ?? options.size,
      scrollback: options.scrollback ?? DEFAULT_SCROLLBACK,
      // A viewer's own terminal answers. With none, the program would wait for an answer in vain.
      onReply: (answer) => {
        if (this.#viewers.size === 0) this.#channel.write(Buffer.from(answer));
      },
      onCaughtUp: () => this.#govern(),
      ...(options.onCommand && { onCommand: options.onCommand }),
    });
    this.#joiner = new OutputJoiner((frame) => {
      for (const viewer of this.#everybody()) viewer.output(frame);
    });
    if (left !== undefined && left.redraw.length > 0) this.#screen.write(left.redraw, true);
    this.#channel.onData((data, again) => {
      this.#receivedBytes += data.length;
      if (this.#viewers.size + this.#watchers.size > 0) this.#joiner.push(data);
      this.#screen.write(data, again);
      for (const tap of [...this.#taps]) tap.output(data);
      if (this.#marks.read(data) && !again) {
        for (const tap of [...this.#taps]) tap.commandEnded(this.#marks.status);
        this.#onWork();
      }
      if (this.#receivedBytes - this.#keptAtBytes > KEEP_EVERY_BYTES) this.#keepScreen();
      this.#govern();
    });
    this.#channel.onClose((code) => this.#finish(code === null ? { kind: "gone", problem: this.#whyGone() } : { kind: "exited", code }));
  }

  /** Set once the shell is over. */
  get ended(): TerminalEnd | undefined {
    return this.#end;
  }

  /** How many viewers are attached, without those who only watch. */
  get viewers(): number {
    return this.#viewers.size;
  }

  /** Called once when the shell is over, before the viewers hear of it. */
  onEnd(listener: (end: TerminalEnd) => void): void {
    this.#endListeners.push(listener);
  }

  /** Shows the terminal to one more viewer, which counts as visible. On a terminal that is over it only hears the end. */
  attach(sink: ViewerSink, size: TerminalSize): AttachedViewer {
    const viewer = this.#viewer(sink, "works");
    if (this.#end !== undefined) viewer.end(this.#end);
    else {
      this.#resize(viewer, size);
      viewer.refresh();
    }
    return {
      ...this.#held(viewer),
      resize: (wanted) => {
        if (this.#viewers.has(viewer)) this.#resize(viewer, wanted);
      },
    };
  }

  /** Shows the terminal, in the size that it has, to somebody who looks over the shoulder of who works in it. What they type counts if the caller lets it through. */
  watch(sink: ViewerSink): AttachedViewer {
    const viewer = this.#viewer(sink, "watches");
    if (this.#end !== undefined) viewer.end(this.#end);
    else {
      this.#watchers.add(viewer);
      viewer.refresh();
    }
    return { ...this.#held(viewer), resize: () => {} };
  }

  /** Sends every viewer away with a reason. The shell goes on. */
  dismiss(problem: Problem): void {
    const all = this.#everybody();
    this.#viewers.clear();
    this.#watchers.clear();
    for (const viewer of all) viewer.end({ kind: "gone", problem });
    this.#govern();
  }

  /** Tells all that is shown from now on. Gives the way to stop. On a terminal that is over only the end is told. */
  tap(tap: TerminalTap): () => void {
    if (this.#end !== undefined) {
      tap.end(this.#end);
      return () => {};
    }
    this.#taps.add(tap);
    this.#screen.snapshot((screen) => {
      if (this.#taps.has(tap)) tap.begin(screen);
    }, 0);
    return () => this.#taps.delete(tap);
  }

  /** Hangs up the shell and tells the viewers why. Idempotent. */
  close(problem: Problem): void {
    this.#channel.close();
    this.#finish({ kind: "gone", problem });
  }

  #viewer(sink: ViewerSink, kind: ViewerKind): Viewer {
    const viewer: Viewer = new Viewer(sink, { onFlow: () => this.#govern(), onNeedsScreen: () => this.#draw(viewer) }, kind, this.#stuckAfterMs);
    return viewer;
  }

  #held(viewer: Viewer): Omit<AttachedViewer, "resize"> {
    return {
      input: (data) => this.#input(viewer, data),
      acknowledge: (bytes) => viewer.acknowledge(bytes),
      setVisible: (visible) => {
        viewer.visible = visible;
      },
      refresh: () => viewer.refresh(),
      detach: () => this.#detach(viewer),
    };
  }

  #everybody(): Viewer[] {
    return [...this.#viewers.keys(), ...this.#watchers];
  }

  /** Makes a viewer's size the terminal's. Every other viewer is then shown the screen in that size. */
  #resize(viewer: Viewer, wanted: TerminalSize): void {
    const shownAnother = this.#viewers.get(viewer)?.shownAnother ?? false;
    this.#viewers.delete(viewer);
    this.#viewers.set(viewer, { wanted, shownAnother: false });
    const { cols, rows } = this.#screen.size;
    if (wanted.cols === cols && wanted.rows === rows) return;
    this.#joiner.flush();
    clearTimeout(this.#repaint);
    this.#repaint = undefined;
    this.#channel.resize(wanted);
    this.#screen.resize(wanted);
    for (const tap of [...this.#taps]) tap.resize(wanted);
    clearTimeout(this.#keepTimer);
    this.#keepTimer = setTimeout(() => this.#keepScreen(), KEEP_AFTER_RESIZE_MS);
    for (const [other, size] of [...this.#viewers]) {
      if (other !== viewer) size.shownAnother = true;
      if (other !== viewer || shownAnother) other.refresh();
    }
    for (const watcher of [...this.#watchers]) watcher.refresh();
  }

  /** Leaves the screen as it is now with the shell, so that a later server can go on from there. */
  #keepScreen(): void {
    if (this.#channel.keep === undefined || this.#end !== undefined) return;
    const position = this.#receivedBytes;
    this.#keptAtBytes = position;
    this.#screen.snapshot((picture) => this.#channel.keep?.(picture, position));
  }

  #draw(viewer: Viewer): void {
    // What was read before this moment belongs to the screen, what is read after it to the live output.
    this.#joiner.flush();
    const show = viewer.beginScreen();
    this.#screen.snapshot((snapshot) => {
      show(snapshot);
      if (snapshot.alternate) this.#makeRepaint();
    });
  }

  /** A snapshot cannot hold all that a full-screen program relies on, so it is made to paint again. */
  #makeRepaint(): void {
    if (this.#repaint !== undefined || this.#end !== undefined) return;
    const { cols, rows } = this.#screen.size;
    this.#channel.resize({ cols, rows: rows > 1 ? rows - 1 : rows + 1 });
    this.#repaint = setTimeout(() => {
      this.#repaint = undefined;
      this.#channel.resize(this.#screen.size);
    }, REPAINT_MS);
  }

  #input(viewer: Viewer, data: Uint8Array): void {
    if (this.#end !== undefined || !(this.#viewers.has(viewer) || this.#watchers.has(viewer))) return;
    if (this.#keyBytes + (this.#channel.unsentBytes ?? 0) + data.length > MAX_UNSENT_INPUT_BYTES) {
      viewer.problem({ code: "too_large", params: { limit: "1 MiB" } });
      return;
    }
    if (data.includes(ENTER) && this.#marks.running) {
      clearTimeout(this.#workTimer);
      this.#workTimer = setTimeout(this.#onWork, TYPED_WORK_MS);
    }
    this.#keys.push(data);
    this.#keyBytes += data.length;
    if (!this.#sendingKeys) void this.#sendKeys();
  }

  async #sendKeys(): Promise<void> {
    this.#sendingKeys = true;
    try {
      while (this.#keys.length > 0) {
        await this.#host.thaw();
        const keys = this.#keys;
        this.#keys = [];
        this.#keyBytes = 0;
        for (const data of keys) this.#channel.write(data);
      }
    } catch (thrown) {
      this.#keys = [];
      this.#keyBytes = 0;
      for (const viewer of this.#everybody()) viewer.problem(asLabError(thrown).toProblem());
    }
    this.#sendingKeys = false;
  }

  #detach(viewer: Viewer): void {
    viewer.detach();
    if (this.#watchers.delete(viewer) || !this.#viewers.delete(viewer)) return;
    const last = [...this.#viewers].at(-1);
    if (last !== undefined) this.#resize(last[0], last[1].wanted);
    this.#govern();
  }

  /** Reads or rests, keeps the host awake or not, as the viewers and the screen stand now. */
  #govern(): void {
    if (this.#end !== undefined) return;
    const viewers = [...this.#viewers.keys()];
    const pause = this.#screen.lagging || viewers.some((viewer) => viewer.slows);
    if (pause !== this.#paused) {
      this.#paused = pause;
      if (pause) this.#channel.pause();
      else this.#channel.resume();
    }
    const seen = viewers.some((viewer) => viewer.visible);
    if (seen) this.#unwatch ??= this.#host.watch();
    else {
      this.#unwatch?.();
      this.#unwatch = undefined;
    }
  }

  #whyGone(): Problem {
    const { state, failure } = this.#host;
    if (failure !== undefined) return failure.toProblem();
    return { code: state === "ending" || state === "ended" ? "seat_ended" : "host_lost" };
  }

  #finish(end: TerminalEnd): void {
    if (this.#end !== undefined) return;
    this.#joiner.close();
    this.#end = end;
    clearTimeout(this.#repaint);
    clearTimeout(this.#keepTimer);
    clearTimeout(this.#workTimer);
    this.#screen.dispose();
    this.#unwatch?.();
    for (const listener of this.#endListeners) listener(end);
    for (const tap of [...this.#taps]) tap.end(end);
    this.#taps.clear();
    for (const viewer of this.#everybody()) viewer.end(end);
    this.#viewers.clear();
    this.#watchers.clear();
  }
}
