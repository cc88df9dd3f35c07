import { encodeUtf8 } from '../bytes/text.ts';
import type { Crash, CrashFrame, CrashThread } from './crash.ts';
import { TraceScanner } from './text/trace-scanner.ts';

/**
 * The stacks in a text, in any of the ways in which engines and runtimes write them: logs, JSON strings, several traces.
 *
 * Every trace is a thread; places of its frames count from the start of the text. A text without wasm frames has none.
 */
export function parseCrash(source: string | Uint8Array): Crash {
  const bytes = typeof source === 'string' ? encodeUtf8(source) : source;
  const threads: CrashThread[] = [];
  let offset = 0;
  const scanner = new TraceScanner({
    text: (part) => {
      offset += part.length;
    },
    trace: (part, frames) => {
      threads.push({ frames: frames.map((frame) => movedBy(frame, offset)) });
      offset += part.length;
    },
  });
  scanner.push(bytes);
  scanner.flush();
  return { threads };
}

/** A frame whose place in its text is so many bytes further on. */
export function movedBy(frame: CrashFrame, by: number): CrashFrame {
  const { text } = frame;
  return text === undefined ? frame : { ...frame, text: { ...text, start: text.start + by, end: text.end + by } };
}
