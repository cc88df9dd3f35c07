import type { CrashFrame } from '../crash.ts';
import type { TraceContext } from './format.ts';

/** A trace as it was read before. */
export interface RepeatedTrace {
  /** All of its lines, with their newlines. */
  readonly bytes: Uint8Array;
  readonly frames: readonly CrashFrame[];
  /** What the line after it is read with. */
  readonly context: TraceContext;
}

/** How many traces are remembered, of those with a first line of one length, and how long they may be. */
const MOST = 8;
const LONGEST = 1 << 14;
const MOST_LENGTHS = 64;
const NEWLINE = 0x0a;

/** The traces of a text by their bytes: logs repeat them, and to compare is cheaper than to read. */
export class RepeatedTraces {
  /** By the length of their first lines; the latest one last. */
  readonly #traces = new Map<number, RepeatedTrace[]>();

  /** Remembers a trace that ends with a whole line. */
  add(bytes: Uint8Array, { frames, context }: Omit<RepeatedTrace, 'bytes'>): void {
    if (bytes.length > LONGEST || bytes[bytes.length - 1] !== NEWLINE) return;
    const key = bytes.indexOf(NEWLINE) + 1;
    let known = this.#traces.get(key);
    if (known === undefined) {
      // Lines have few lengths; a text that is made to have many starts anew.
      if (this.#traces.size === MOST_LENGTHS) this.#traces.clear();
      known = [];
      this.#traces.set(key, known);
    }
    if (known.some((each) => each.bytes.length === bytes.length && isAt(each.bytes, bytes, 0))) return;
    if (known.length === MOST) known.shift();
    known.push({ bytes: bytes.slice(), frames: [...frames], context: { ...context } });
  }

  /** The trace that stands at `start`, whose line ends at `end`, the newline included; the longest where several do. */
  at(bytes: Uint8Array, start: number, end: number): RepeatedTrace | undefined {
    let found: RepeatedTrace | undefined;
    for (const known of this.#traces.get(end - start) ?? []) {
      if (known.bytes.length > (found?.bytes.length ?? 0) && isAt(known.bytes, bytes, start)) found = known;
    }
    return found;
  }
}

function isAt(part: Uint8Array, bytes: Uint8Array, start: number): boolean {
  if (part.length > bytes.length - start) return false;
  for (let at = 0; at < part.length; at++) if (part[at] !== bytes[start + at]) return false;
  return true;
}
