import { decodeUtf8 } from '../bytes/text.ts';

/** A longer line is read as several, as the C library's `fgets` with LLVM's buffer gives them. */
const MAXIMUM_LENGTH = 1023;

const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines: newlines and carriage returns removed, a zero byte ending what is looked at. */
export class InputLines {
  #rest: Uint8Array = new Uint8Array(0);

  /** The lines that are complete once `chunk` has arrived. */
  *take(chunk: Uint8Array): Generator<string> {
    const bytes = this.#rest.length === 0 ? chunk : concatenate(this.#rest, chunk);
    let start = 0;
    const whole = bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1);
    const decoded = decodeUtf8(whole);
    if (decoded.length === whole.length && !whole.includes(0)) {
      // Nothing but ASCII: characters are bytes, and one text is cut a great deal faster than as many arrays.
      for (let newline = decoded.indexOf('\n'); newline >= 0; newline = decoded.indexOf('\n', start)) {
        while (newline + 1 - start > MAXIMUM_LENGTH) {
          yield withoutEnd(decoded.slice(start, start + MAXIMUM_LENGTH));
          start += MAXIMUM_LENGTH;
        }
        yield withoutEnd(decoded.slice(start, newline + 1));
        start = newline + 1;
      }
    }
    while (start < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline >= 0 ? newline + 1 : bytes.length;
      if (end - start > MAXIMUM_LENGTH) {
        yield text(bytes.subarray(start, start + MAXIMUM_LENGTH));
        start += MAXIMUM_LENGTH;
      } else if (newline >= 0 || end - start === MAXIMUM_LENGTH) {
        yield text(bytes.subarray(start, end));
        start = end;
      } else {
        break;
      }
    }
    this.#rest = bytes.slice(start);
  }

  /** The last line, where the stream does not end with a newline. */
  *end(): Generator<string> {
    if (this.#rest.length > 0) yield text(this.#rest);
    this.#rest = new Uint8Array(0);
  }
}

function text(line: Uint8Array): string {
  const zero = line.indexOf(0);
  return withoutEnd(decodeUtf8(zero < 0 ? line : line.subarray(0, zero)));
}

function withoutEnd(line: string): string {
  if (line.includes('\r')) return line.replace(/[\r\n]/g, '');
  return line.endsWith('\n') ? line.slice(0, -1) : line;
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
