import type { FrameText, LogicalFrame } from '../crash.ts';
import { type FunctionTag, functionTags, openingParenthesis, tagIndex } from './anchors.ts';
import { type FoundFrame, location, parseOffset, type TextFormat } from './format.ts';
import type { Line } from './line.ts';
import { moduleOfUrl } from './module-url.ts';

/**
 * V8's `Error.stack`: Node, Chrome, Edge, Deno, workerd; Emscripten's call stacks too.
 *
 *     at [module.]name (URL:wasm-function[index]:0xoffset)
 *     at URL:wasm-function[index]:0xoffset
 *     at wasm-function[index]:0xoffset           about 7.9
 *     at wasm-function[index]:offset             until 7.x, decimal
 *
 * Hexadecimal offsets count from the start of the file, decimal ones from the start of the function's body; both are
 * the start of the instruction. Deno prints index 0 for every frame.
 */
export const v8: TextFormat = {
  read(line) {
    const frames: FoundFrame[] = [];
    let from = 0;
    for (const tag of functionTags(line)) {
      if (tag.start < from) continue;
      const frame = readFrame(line, tag, from);
      if (frame !== undefined) frames.push(frame);
      from = tag.end;
    }
    return frames.length > 0 ? frames : undefined;
  },
  write: writeAtFrames,
};

/** `at name (location)`, as V8, Bun and Wasmer write frames; without a place in the source where it was in the module. */
export function writeAtFrames(style: FrameText, frames: readonly LogicalFrame[], label: string): string[] {
  return frames.map((frame, index) => {
    const place = location(frame) ?? style.parts[1];
    const name = frame.name ?? style.parts[0] ?? '<unknown>';
    return `${index === 0 ? '' : style.lead}${place === undefined ? name : `${name} (${place})`}${label}`;
  });
}

function readFrame(line: Line, tag: FunctionTag, from: number): FoundFrame | undefined {
  const { text } = line;
  const functionIndex = tagIndex(tag);
  if (functionIndex === undefined) return undefined;
  const closed = text[tag.end] === ')';
  const open = closed ? openingParenthesis(text, from, tag.start) : undefined;
  const at = findAt(text, from, open ?? tag.start);
  if (at === undefined) return from === 0 ? readBare(line, tag, open, functionIndex) : undefined;
  let start = at.end;
  if (text.startsWith('async ', start)) start += 6;
  const urlStart = open === undefined ? start : open + 1;
  const url = text.slice(urlStart, Math.max(urlStart, tag.start - 1));
  // Another engine's frame after a word that ends in "at".
  if (open === undefined && url.includes('@') && !url.includes('/')) return undefined;
  const name = open === undefined ? undefined : line.unicode(start, open - 1);
  const end = tag.end + (open === undefined ? 0 : 1);
  return {
    producer: 'v8',
    module: moduleOfUrl(url),
    functionIndex,
    functionName: name === '<anonymous>' || name === '' ? undefined : name,
    offset: offsetOf(tag),
    text: {
      start,
      end,
      style: 'v8',
      parts: [name ?? `wasm-function[${functionIndex}]`, line.unicode(urlStart, tag.end)],
      ...leadOf(text, from, at.start, end),
    },
  };
}

/** Exact, from the file's start in hexadecimal, from the body's start in decimal. */
function offsetOf(tag: FunctionTag): FoundFrame['offset'] {
  const value = tag.offset === undefined ? undefined : parseOffset(tag.offset);
  if (value === undefined) return undefined;
  return { value, space: tag.offset!.startsWith('0x') ? 'module' : 'body', after: false };
}

/** The `at ` that begins the frame which ends at `end`: the line's first word, or the last such word before `end`. */
function findAt(text: string, from: number, end: number): { start: number; end: number } | undefined {
  let first = from;
  while (first < end && (text[first] === ' ' || text[first] === '\t' || text[first] === "'" || text[first] === '"'))
    first++;
  if (text.startsWith('at ', first) && first + 3 <= end) return { start: first, end: first + 3 };
  const part = text.slice(from, end);
  for (let at = part.lastIndexOf('at '); at > 0; at = part.lastIndexOf('at ', at - 1)) {
    const before = part[at - 1]!;
    if (before === ' ' || before === '\t' || before === '"' || before === "'") {
      return { start: from + at, end: from + at + 3 };
    }
  }
  return undefined;
}

/** A frame that is the whole line: what `String(callSite)` gives. */
function readBare(
  line: Line,
  tag: FunctionTag,
  open: number | undefined,
  functionIndex: number,
): FoundFrame | undefined {
  const { text } = line;
  const start = text.length - text.trimStart().length;
  const end = tag.end + (open === undefined ? 0 : 1);
  // Nothing but blanks behind it; an @ is SpiderMonkey's.
  if (tag.offset === undefined || text.slice(end, end + 64).trim() !== '' || text.length > end + 64) return undefined;
  if (text.includes('@')) return undefined;
  const url = text.slice(open === undefined ? start : open + 1, Math.max(start, tag.start - 1));
  if (open === undefined && (/\s/.test(url) || url === '')) return undefined;
  const name = open === undefined ? undefined : line.unicode(start, open - 1);
  return {
    producer: 'v8',
    module: moduleOfUrl(url),
    functionIndex,
    functionName: name,
    offset: offsetOf(tag),
    text: {
      start,
      end,
      style: 'v8',
      parts: [name ?? `wasm-function[${functionIndex}]`, line.unicode(open === undefined ? start : open + 1, tag.end)],
      lead: text.slice(0, start),
    },
  };
}

/**
 * What further frames begin with: the same as this one where it stands on a line of its own (a log's prefix included),
 * and in the same line where other text goes on.
 */
function leadOf(text: string, from: number, at: number, end: number): { lead: string; newline?: string } {
  const before = text.slice(from, at);
  const own = /(?:^|["'`])([ \t]*)$/.exec(before.slice(-256));
  if (from === 0 && own !== null && (own[0] !== own[1] || own[1] === before)) return { lead: `${own[1]}at ` };
  const rest = text.slice(end, end + 64).trim();
  if (from === 0 && rest === '' && !/Error|Exception/.test(before) && before.length < 256)
    return { lead: `${before}at ` };
  return { lead: 'at ', newline: ' ' };
}
