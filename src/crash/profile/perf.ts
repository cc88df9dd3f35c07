import type { LogicalFrame } from '../crash.ts';
import { byteText, toByteText, toUnicode } from '../text/line.ts';
import type { ProfileFunctions } from './profile-functions.ts';

/** `JS:name-index-tier`: how V8 tells Linux's perf of code of wasm; what is behind it in a line differs by tool. */
const SYMBOL = /(?:JS:)?([^\t\n]*?)-([0-9]{1,9})-(?:liftoff|turbofan)(?=$|\+0x[0-9a-f]+ \(| \()/;
/** In front of the symbol: address and size in a map, an address in a stack of `perf script`. */
const HEAD = /^(?:[0-9a-f]+ [0-9a-f]+ |\s+[0-9a-f]+ |[0-9a-f]+ )/;
const NAMELESS = /^wasm-function\[[0-9]+\]$/;
/** A longer line is passed on unread. */
const LONGEST_LINE = 1 << 16;

/**
 * Renames the functions of wasm in the maps of `node --perf-basic-prof` and in the output of `perf script`: to `JS:name
 * file:line`, as V8 writes functions of JavaScript. There are no offsets in the module in either.
 */
export class PerfFilter {
  readonly #functions: ProfileFunctions;
  readonly #write: (bytes: Uint8Array) => void;
  #held = new Uint8Array(0);
  /** Lines that were renamed. */
  renamed = 0;

  constructor(functions: ProfileFunctions, write: (bytes: Uint8Array) => void) {
    this.#functions = functions;
    this.#write = write;
  }

  push(chunk: Uint8Array): void {
    const bytes = new Uint8Array(this.#held.length + chunk.length);
    bytes.set(this.#held);
    bytes.set(chunk, this.#held.length);
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.#held = bytes.slice(end);
    if (end > 0) this.#lines(bytes.subarray(0, end));
  }

  /** Writes a last line without a newline. */
  flush(): void {
    if (this.#held.length > 0) this.#lines(this.#held);
    this.#held = new Uint8Array(0);
  }

  #lines(bytes: Uint8Array): void {
    let out = '';
    for (let at = 0; at < bytes.length; ) {
      const newline = bytes.indexOf(0x0a, at);
      const end = newline < 0 ? bytes.length : newline;
      const line = byteText(bytes, at, end);
      out += (line.length > LONGEST_LINE ? line : this.#rename(line)) + (newline < 0 ? '' : '\n');
      at = end + 1;
    }
    const written = new Uint8Array(out.length);
    for (let at = 0; at < out.length; at++) written[at] = out.charCodeAt(at);
    this.#write(written);
  }

  #rename(line: string): string {
    const head = HEAD.exec(line);
    const symbol = head === null ? null : SYMBOL.exec(line.slice(head[0].length));
    if (head === null || symbol === null || symbol.index !== 0) return line;
    const name = toUnicode(symbol[1]!);
    const answer = this.#functions.answer({
      module: {},
      index: Number(symbol[2]),
      name: NAMELESS.test(name) ? undefined : name,
    });
    if (answer === undefined) return line;
    this.renamed++;
    return head[0] + toByteText(symbolOf(answer, name)) + line.slice(head[0].length + symbol[0].length);
  }
}

function symbolOf({ name, file, line }: LogicalFrame, printed: string): string {
  const place = file === undefined ? '' : ` ${file}${line === undefined ? '' : `:${line}`}`;
  return `JS:${name ?? printed}${place}`;
}
