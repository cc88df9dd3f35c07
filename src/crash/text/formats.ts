import type { CrashFrame, FrameText, LogicalFrame } from '../crash.ts';
import { bun } from './bun.ts';
import { callSite } from './call-site.ts';
import { consoleText } from './console.ts';
import type { FoundFrame, TextFormat, TraceContext } from './format.ts';
import { javascriptcore } from './javascriptcore.ts';
import type { Line } from './line.ts';
import { sanitizer } from './sanitizer.ts';
import { spidermonkey } from './spidermonkey.ts';
import { v8 } from './v8.ts';
import { wamr } from './wamr.ts';
import { wasmedge } from './wasmedge.ts';
import { wasmer } from './wasmer.ts';
import { wasmkit } from './wasmkit.ts';
import { wasmtime } from './wasmtime.ts';
import { wavm } from './wavm.ts';
import { wazero } from './wazero.ts';

/** Every way to write a frame that is known, those first that can be told with more certainty. */
const FORMATS: readonly TextFormat[] = [
  callSite,
  v8,
  spidermonkey,
  javascriptcore,
  bun,
  sanitizer,
  wasmer,
  wasmtime,
  wamr,
  wasmedge,
  wavm,
  consoleText,
  wazero,
  wasmkit,
];

/** Which format writes which style. */
const WRITERS: Readonly<Record<string, TextFormat>> = {
  'call-site': callSite,
  v8,
  spidermonkey,
  javascriptcore,
  bun,
  frame: sanitizer,
  summary: sanitizer,
  pc: sanitizer,
  wasmer,
  wasmtime,
  wasm3: wasmtime,
  wamr,
  offset: wasmedge,
  stack: wasmedge,
  wavm,
  at: consoleText,
  sign: consoleText,
  place: consoleText,
  onerror: consoleText,
  wazero,
  wasmkit,
};

/** What a line is to the trace that it may be in. */
export type LineReading = readonly FoundFrame[] | 'continues' | 'header' | undefined;

/** What frames and headers look like that do not have the word `wasm` in them. */
const WITHOUT_WASM = /at pc 0x|#[0-9]|[0-9]: +0x|:0x|offset: 0x|\$f[0-9]|Trap:|calling stack:/;

/** Reads a line with the first format that knows it. */
export function readLine(line: Line, context: TraceContext): LineReading {
  const goesOn = context.header !== undefined || context.last !== undefined;
  if (!goesOn && !line.text.includes('wasm') && !WITHOUT_WASM.test(line.text)) return undefined;
  for (const format of FORMATS) {
    const reading = format.read(line, context);
    if (reading !== undefined) return reading;
  }
  return undefined;
}

/** The lines that take the place of a frame's text: the first in its place, the others below. */
export function writeFrame(text: FrameText, frames: readonly LogicalFrame[], label: string): readonly string[] {
  const format = WRITERS[text.style];
  if (format === undefined) throw new RangeError(`no style ${text.style}`);
  return format.write(text, frames, label);
}

/** A found frame at its place in the bytes. */
export function placed(found: FoundFrame, line: Line): CrashFrame {
  const { text } = found;
  return {
    ...found,
    text: {
      start: line.offsetOf(text.start),
      end: line.offsetOf(text.end),
      lead: text.lead,
      newline: text.newline ?? line.newline,
      escapes: line.escapes,
      style: text.style,
      parts: text.parts,
    },
  };
}
