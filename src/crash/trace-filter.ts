import { encodeUtf8 } from '../bytes/text.ts';
import type { CrashFrame, Resolution } from './crash.ts';
import { escapeControlCharacters } from './text/control-characters.ts';
import { createCandidateFinder } from './text/fast-candidates.ts';
import { writeFrame } from './text/formats.ts';
import { byteText, escapeJson, toUnicode } from './text/line.ts';
import { TraceScanner } from './text/trace-scanner.ts';

/** Gives the frames of one trace their resolutions; a frame without a module stays as it is. */
export type SymbolizeTrace = (frames: readonly CrashFrame[]) => readonly CrashFrame[];

export interface TraceFilterOptions {
  /** Asked once for traces that are the same byte for byte: logs repeat them. */
  readonly symbolize: SymbolizeTrace;
  /** Takes the text that comes out. The bytes may be reused afterwards. */
  readonly write: (bytes: Uint8Array) => void;
  /** What replaces a control character of a name or path; as they are by default. */
  readonly escapeControls?: boolean | undefined;
}

/** Traces that are remembered, and how long they may be. */
const MOST_REMEMBERED = 256;
const LONGEST_REMEMBERED = 1 << 14;

/** A stream of text in which frames are replaced by their logical frames; every other byte stays as it is. */
export class TraceFilter {
  readonly #scanner: TraceScanner;
  readonly #options: TraceFilterOptions;
  /** What was written for traces, by their bytes. */
  readonly #remembered = new Map<string, Uint8Array>();

  constructor(options: TraceFilterOptions) {
    this.#options = options;
    const text = options.write;
    this.#scanner = new TraceScanner(
      { text, trace: (bytes, frames) => this.#trace(bytes, frames) },
      { finder: createCandidateFinder() },
    );
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk);
  }

  /** Room to read the next chunk into, where pushing it from there is cheaper. */
  get room(): Uint8Array | undefined {
    return this.#scanner.room;
  }

  /** Whether a trace is held back because it may go on. */
  get waiting(): boolean {
    return this.#scanner.waiting;
  }

  /** Writes a trace that may go on, when nothing more comes for a while. */
  settle(): void {
    this.#scanner.settle();
  }

  /** Writes what is held back: at the end. */
  flush(): void {
    this.#scanner.flush();
  }

  #trace(bytes: Uint8Array, frames: readonly CrashFrame[]): void {
    const { write } = this.#options;
    if (bytes.length > LONGEST_REMEMBERED) {
      this.#rewrite(bytes, frames, write);
      return;
    }
    const key = byteText(bytes, 0, bytes.length);
    let written = this.#remembered.get(key);
    if (written === undefined) {
      const parts: Uint8Array[] = [];
      this.#rewrite(bytes, frames, (part) => parts.push(part));
      written = joined(parts);
      if (this.#remembered.size === MOST_REMEMBERED) this.#remembered.clear();
      this.#remembered.set(key, written);
    }
    write(written);
  }

  #rewrite(bytes: Uint8Array, frames: readonly CrashFrame[], write: (part: Uint8Array) => void): void {
    const escapeControls = this.#options.escapeControls ?? false;
    let done = 0;
    for (const frame of this.#options.symbolize(frames)) {
      const replacement = replacementOf(frame, { escapeControls });
      if (replacement === undefined || frame.text === undefined || frame.text.start < done) continue;
      if (frame.text.start > done) write(bytes.subarray(done, frame.text.start));
      write(encodeUtf8(replacement));
      done = frame.text.end;
    }
    if (done < bytes.length) write(bytes.subarray(done));
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The text to stand in place of a frame's own; `undefined` where it stays. */
export function replacementOf(
  { text, resolution }: CrashFrame,
  { escapeControls }: { readonly escapeControls: boolean },
): string | undefined {
  if (text === undefined || resolution === undefined || resolution.frames.length === 0) return undefined;
  const lead = toUnicode(text.lead);
  const lines = writeFrame({ ...text, lead }, resolution.frames, labelOf(resolution));
  return lines
    .map((line, index) => {
      const own = index === 0 ? 0 : lead.length;
      // What a further line begins with is the input's own.
      const safe = escapeControls ? line.slice(0, own) + escapeControlCharacters(line.slice(own)) : line;
      return index === 0 ? escapeJson(safe, text.escapes) : text.newline + escapeJson(safe, text.escapes);
    })
    .join('');
}

/** What a line says about a frame that is not exact, or of which debug information would have said more. */
export function labelOf({ quality, skew, frames }: Resolution): string {
  const remarks: string[] = [];
  switch (quality) {
    case 'exact':
      break;
    case 'skewed':
      remarks.push(`skewed by ${skew}`);
      break;
    case 'function':
      remarks.push('function only');
      break;
    case 'unknown':
      remarks.push('unknown');
      break;
    default:
      return quality satisfies never;
  }
  if (frames.some(({ mapped }) => mapped)) remarks.push('source map');
  return remarks.length === 0 ? '' : ` [${remarks.join(', ')}]`;
}
