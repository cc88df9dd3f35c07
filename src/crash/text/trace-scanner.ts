import type { CrashFrame } from '../crash.ts';
import { type FindCandidate, findCandidate } from './candidates.ts';
import { withBuildIds } from './datadog.ts';
import type { CandidateFinder } from './fast-candidates.ts';
import type { TraceContext } from './format.ts';
import { placed, readLine } from './formats.ts';
import { byteText, linesOf } from './line.ts';
import { RepeatedTraces } from './repeated-traces.ts';

/** Takes a text apart, in the order of its bytes. */
export interface TraceSink {
  /** Bytes without a frame. They are of the pushed chunk where possible: use them before returning. */
  text(bytes: Uint8Array): void;
  /** Bytes of one trace, and its frames; their places count from the start of these bytes. */
  trace(bytes: Uint8Array, frames: readonly CrashFrame[]): void;
}

/** A longer line is passed on unread: nothing may be held back without a limit. */
const LONGEST_LINE = 8 << 20;
/** A longer trace is cut into several. */
const LONGEST_TRACE = 1 << 20;
const NEWLINE = 0x0a;

/** A trace that may go on. */
interface OpenTrace {
  frames: CrashFrame[];
  readonly context: TraceContext;
  /** Where it begins in the bytes at hand. */
  start: number;
  /** Whether every line of it was read by itself, so that the same bytes are the same trace wherever they stand. */
  plain: boolean;
}

/**
 * Finds the traces in a stream of bytes; holds back no more than an unfinished line or trace.
 *
 * A trace is a run of lines with frames, the lines between them that look like frames of something else included.
 */
export class TraceScanner {
  /** Room to read the next chunk into, where pushing it from there is cheaper. */
  readonly room: Uint8Array | undefined;
  readonly #sink: TraceSink;
  readonly #find: FindCandidate;
  readonly #repeated = new RepeatedTraces();
  #held: Uint8Array = new Uint8Array(0);
  #heldSize = 0;
  #trace: OpenTrace | undefined;
  /** Where the next line to be examined begins, in the held bytes. */
  #next = 0;
  /** Up to here the bytes at hand were handed on. */
  #emitted = 0;
  /** Whether the rest of a line that is too long is being passed on. */
  #passing = false;

  constructor(sink: TraceSink, options: { readonly finder?: CandidateFinder | undefined } = {}) {
    this.#sink = sink;
    this.#find = options.finder?.find ?? findCandidate;
    this.room = options.finder?.room;
  }

  /** The next bytes of the text; they may be reused afterwards. */
  push(chunk: Uint8Array): void {
    let at = 0;
    if (this.#passing) {
      at = chunk.indexOf(NEWLINE) + 1;
      if (at === 0) at = chunk.length;
      else this.#passing = false;
      this.#text(chunk, 0, at);
    }
    // What is held back is completed line by line, so that the rest of the chunk need not be copied.
    while (this.#heldSize > 0 && at < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, at);
      const end = newline < 0 ? chunk.length : newline + 1;
      this.#hold(chunk.subarray(at, end));
      at = end;
      if (newline >= 0) this.#forget(this.#scan(this.#held.subarray(0, this.#heldSize)));
    }
    if (at < chunk.length) {
      const rest = at === 0 ? chunk : chunk.subarray(at);
      const kept = this.#scan(rest);
      this.#next -= kept;
      if (kept < rest.length) this.#hold(rest.subarray(kept));
    }
    if (this.#heldSize - this.#next > LONGEST_LINE) this.#giveUp();
  }

  /** Hands on everything that is held back: at the end. */
  flush(): void {
    const bytes = this.#held.subarray(0, this.#heldSize);
    this.#emitted = 0;
    if (this.#next < bytes.length && !this.#examine(bytes, this.#next, bytes.length)) this.#close(bytes, this.#next);
    this.#close(bytes, bytes.length);
    this.#text(bytes, this.#emitted, bytes.length);
    this.#forget(bytes.length);
    this.#next = 0;
  }

  /** Whether lines are held back because a trace may go on. */
  get waiting(): boolean {
    return this.#trace !== undefined;
  }

  /** Hands on the lines that are held back because a trace may go on: when nothing more comes for a while. */
  settle(): void {
    if (this.#trace === undefined) return;
    const end = this.#next;
    this.#emitted = 0;
    this.#close(this.#held, end);
    this.#forget(end);
  }

  /** Examines the whole lines of the bytes; answers from where on they have to be kept. */
  #scan(bytes: Uint8Array): number {
    this.#emitted = 0;
    const size = bytes.length;
    let at = this.#next;
    while (at < size) {
      if (this.#trace === undefined) {
        const hit = this.#find(bytes, at, size);
        if (hit < 0) {
          at = Math.max(at, bytes.lastIndexOf(NEWLINE) + 1);
          break;
        }
        at = Math.max(at, bytes.lastIndexOf(NEWLINE, hit) + 1);
      }
      const newline = bytes.indexOf(NEWLINE, at);
      if (newline < 0) break;
      const known = this.#trace === undefined ? this.#repeated.at(bytes, at, newline + 1) : undefined;
      if (known !== undefined) {
        this.#trace = { frames: [...known.frames], context: { ...known.context }, start: at, plain: true };
        at += known.bytes.length;
        continue;
      }
      if (!this.#examine(bytes, at, newline)) this.#close(bytes, at);
      at = newline + 1;
      if (this.#trace !== undefined && at - this.#trace.start > LONGEST_TRACE) this.#close(bytes, at);
    }
    this.#next = at;
    const keep = this.#trace?.start ?? at;
    this.#text(bytes, this.#emitted, keep);
    if (this.#trace !== undefined) this.#trace.start = 0;
    return keep;
  }

  /** Reads the line from `start` to `end` into the trace, opening one; false where it belongs to none. */
  #examine(bytes: Uint8Array, start: number, end: number): boolean {
    const context: TraceContext = this.#trace?.context ?? {};
    // Without a word by which frames are known, only what goes on from an earlier line is read.
    const goesOn = context.header !== undefined || context.last?.text.style === 'wasmtime';
    if (!goesOn && this.#find(bytes, start, end) < 0) {
      return this.#trace !== undefined && looksLikeFrame(bytes, start, end);
    }
    const base = this.#trace?.start ?? start;
    const found: CrashFrame[] = [];
    let belongs = false;
    for (const line of linesOf(bytes, start, end, start - base)) {
      const reading = readLine(line, context);
      if (reading === undefined) continue;
      belongs = true;
      if (typeof reading === 'object') {
        for (const each of reading) found.push(placed(each, line));
        context.last = reading.at(-1);
      } else if (reading === 'continues') {
        const frames = found.length > 0 ? found : (this.#trace?.frames ?? []);
        const last = frames.pop();
        if (last?.text !== undefined) {
          const text = { ...last.text, end: line.offsetOf(line.text.length) };
          const { functionName, offset } = context.last ?? last;
          frames.push({ ...last, functionName, offset, text });
        }
      }
    }
    if (!belongs) return this.#trace !== undefined && looksLikeFrame(bytes, start, end);
    this.#trace ??= { frames: [], context, start, plain: true };
    const inJson = found.some(({ text }) => text!.escapes > 0);
    const whole = inJson ? withBuildIds(found, byteText(bytes, start, end)) : found;
    for (const frame of whole) this.#trace.frames.push(frame);
    if (context.header !== undefined || context.last?.text.style === 'wasmtime') this.#trace.plain = false;
    return true;
  }

  /** Ends the open trace at `end`. */
  #close(bytes: Uint8Array, end: number): void {
    const trace = this.#trace;
    if (trace === undefined) return;
    this.#trace = undefined;
    this.#text(bytes, this.#emitted, trace.start);
    if (trace.frames.length > 0) {
      const whole = bytes.subarray(trace.start, end);
      if (trace.plain) this.#repeated.add(whole, trace);
      this.#sink.trace(whole, trace.frames);
    } else this.#text(bytes, trace.start, end);
    this.#emitted = end;
  }

  #text(bytes: Uint8Array, start: number, end: number): void {
    if (end > start) this.#sink.text(bytes.subarray(start, end));
  }

  #hold(bytes: Uint8Array): void {
    const size = this.#heldSize + bytes.length;
    if (size > this.#held.length) {
      const grown = new Uint8Array(Math.max(4096, size * 2));
      grown.set(this.#held.subarray(0, this.#heldSize));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#heldSize);
    this.#heldSize = size;
  }

  /** Lets go of the held bytes before `kept`. */
  #forget(kept: number): void {
    this.#held.copyWithin(0, kept, this.#heldSize);
    this.#heldSize -= kept;
    this.#next -= kept;
  }

  /** Hands on a line that became too long, and whatever will follow of it. */
  #giveUp(): void {
    const bytes = this.#held.subarray(0, this.#heldSize);
    this.#emitted = 0;
    this.#close(bytes, this.#next);
    this.#text(bytes, this.#emitted, bytes.length);
    this.#held = new Uint8Array(0);
    this.#heldSize = 0;
    this.#next = 0;
    this.#passing = true;
  }
}

/** Whether a line without a frame of ours can stand between two: a frame of the embedder. */
function looksLikeFrame(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09)) at++;
  const first = bytes[at];
  // `at `, `#1 `
  if (first === 0x61 && bytes[at + 1] === 0x74 && bytes[at + 2] === 0x20) return true;
  if (first === 0x23 && bytes[at + 1]! >= 0x30 && bytes[at + 1]! <= 0x39) return true;
  // `name@location:line:column`
  const rest = bytes.subarray(at, Math.min(end, at + 1024));
  const sign = rest.indexOf(0x40);
  const colon = sign < 0 ? -1 : rest.indexOf(0x3a, sign);
  return colon >= 0 && rest.indexOf(0x3a, colon + 1) >= 0;
}
