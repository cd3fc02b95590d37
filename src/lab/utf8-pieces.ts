/** Cuts UTF-8 into pieces of at most `maxBytes` (at least 4) that begin and end between characters. */
export function* utf8Pieces(bytes: Uint8Array, maxBytes: number): Generator<Uint8Array> {
  let start = 0;
  while (bytes.length - start > maxBytes) {
    let end = start + maxBytes;
    while (end > start && isContinuation(bytes[end])) end -= 1;
    // Not UTF-8 at all: there is nothing to keep whole.
    if (start + maxBytes - end > 3) end = start + maxBytes;
    yield bytes.subarray(start, end);
    start = end;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
