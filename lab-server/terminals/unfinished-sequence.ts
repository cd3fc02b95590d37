const ESC = 0x1b;
const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
/** Of a longer string (a title, a picture) only the beginning is kept: enough for its end to be swallowed. */
const MAX_BYTES = 4 * 1024;

type State = "text" | "character" | "escape" | "csi" | "osc" | "string";

/**
 * Follows a terminal's output and knows, at any moment, the bytes of the character or control sequence that has
 * begun and is not complete. A screen drawn from what came before shows none of them; sent after that screen
 * they put a second terminal into exactly the middle where the first one stands.
 */
export class UnfinishedSequence {
  #state: State = "text";
  #bytes: number[] = [];
  /** Continuation bytes that the character still needs. */
  #missing = 0;

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  push(data: Uint8Array): void {
    let at = 0;
    while (at < data.length) {
      if (this.#state === "text") {
        // Text is most of all output, and searching for one byte is many times faster than looking at each.
        const next = data.indexOf(ESC, at);
        if (next >= 0) this.#begin("escape", ESC);
        else this.#lookForUnfinishedCharacter(data, at);
        at = next >= 0 ? next + 1 : data.length;
      } else {
        const byte = data[at] ?? 0;
        if (this.#take(byte)) at += 1;
      }
    }
  }

  /** Handles one byte of a sequence; false when the byte belongs to what follows it. */
  #take(byte: number): boolean {
    if (this.#state === "character") {
      if ((byte & 0xc0) !== 0x80) return !this.#finish();
      this.#missing -= 1;
      return this.#missing === 0 ? this.#finish() : this.#keep(byte);
    }
    if (byte === ESC) return this.#begin("escape", ESC);
    if (byte === CAN || byte === SUB) return this.#finish();
    if (this.#state === "osc" && byte === BEL) return this.#finish();
    if (this.#state === "osc" || this.#state === "string") return this.#keep(byte);
    // A control character inside a sequence has been obeyed already: it is not part of it.
    if (byte < 0x20 || byte === 0x7f) return true;
    if (this.#state === "csi") return byte >= 0x20 && byte <= 0x3f ? this.#keep(byte) : this.#finish();
    return this.#afterEscape(byte);
  }

  #afterEscape(byte: number): boolean {
    if (byte >= 0x20 && byte <= 0x2f) return this.#keep(byte);
    if (this.#bytes.length > 1) return this.#finish();
    switch (String.fromCharCode(byte)) {
      case "[":
        this.#state = "csi";
        return this.#keep(byte);
      case "]":
        this.#state = "osc";
        return this.#keep(byte);
      case "P":
      case "X":
      case "^":
      case "_":
        this.#state = "string";
        return this.#keep(byte);
      default:
        return this.#finish();
    }
  }

  #begin(state: State, byte: number): true {
    this.#state = state;
    this.#bytes = [byte];
    return true;
  }

  #keep(byte: number): true {
    if (this.#bytes.length < MAX_BYTES) this.#bytes.push(byte);
    return true;
  }

  #finish(): true {
    this.#state = "text";
    this.#bytes = [];
    return true;
  }

  #lookForUnfinishedCharacter(data: Uint8Array, from: number): void {
    for (let back = 1; back <= 3 && data.length - back >= from; back++) {
      const byte = data[data.length - back] ?? 0;
      if ((byte & 0xc0) === 0x80) continue;
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      if (length <= back) return;
      this.#state = "character";
      this.#bytes = [...data.subarray(data.length - back)];
      this.#missing = length - back;
      return;
    }
  }
}
