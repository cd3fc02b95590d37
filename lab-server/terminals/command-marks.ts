/** `ESC ] 133 ;`: the shell marks its prompts and commands so (semantic prompts, FinalTerm's OSC 133). */
const MARK = Buffer.from("\x1b]133;");
const COMMAND_BEGINS = "C".charCodeAt(0);
const COMMAND_ENDS = "D".charCodeAt(0);

/** Follows a shell's output and knows from its marks whether a command runs. Anybody may print such marks: they are hints and no proof. */
export class CommandMarks {
  #rest: Buffer = Buffer.alloc(0);
  #running = false;
  #status: number | undefined;

  /** A command has begun and not ended, as far as the marks tell. */
  get running(): boolean {
    return this.#running;
  }

  /** The exit status of the command that ended last, where the shell told it in one piece. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Takes the next output; true when a command has ended in it. */
  read(data: Uint8Array): boolean {
    const bytes = this.#rest.length === 0 ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.concat([this.#rest, data]);
    let ended = false;
    let at = bytes.indexOf(MARK);
    while (at >= 0 && at + MARK.length < bytes.length) {
      const kind = bytes[at + MARK.length];
      if (kind === COMMAND_BEGINS) this.#running = true;
      if (kind === COMMAND_ENDS && this.#running) {
        this.#running = false;
        ended = true;
        this.#status = statusAt(bytes, at + MARK.length + 1);
      }
      at = bytes.indexOf(MARK, at + MARK.length);
    }
    // A mark may be torn; copied, so that the whole piece is not kept for its last bytes.
    this.#rest = Buffer.from(at >= 0 ? bytes.subarray(at) : bytes.subarray(Math.max(0, bytes.length - MARK.length + 1)));
    return ended;
  }
}

/** What follows the mark's letter: `;` and digits, up to the end of the sequence. */
function statusAt(bytes: Buffer, from: number): number | undefined {
  const digits = /^;(\d{1,3})\D/.exec(bytes.toString("latin1", from, from + 6))?.[1];
  return digits === undefined ? undefined : Number(digits);
}
