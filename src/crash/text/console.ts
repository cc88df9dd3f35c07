import type { FrameText, LogicalFrame } from '../crash.ts';
import { isDigit } from './anchors.ts';
import { type FoundFrame, location, type TextFormat } from './format.ts';
import type { Line } from './line.ts';
import { moduleOfUrl } from './module-url.ts';
import { writeAtFrames } from './v8.ts';

/**
 * What is copied from the console of Chrome's developer tools, and the places of `window.onerror`.
 *
 *     at name (file.wasm:0xoffset)        at hash:0xoffset
 *     $name @ file.wasm:0xoffset          hash:0xoffset Uncaught RuntimeError …
 *     http://host/file.wasm:1:288         V8: line 1, the column is the offset and one
 *     http://host/file.wasm:287:1         SpiderMonkey: the line is the offset, column 1
 *
 * Offsets count from the start of the file, and are the start of the instruction.
 */
export const consoleText: TextFormat = {
  read(line, context) {
    const { text } = line;
    if (/^\s*source=/.test(text) && isModule(text.slice(text.indexOf('=') + 1))) {
      context.header = 'onerror';
      context.module = text.slice(text.indexOf('=') + 1).trimEnd();
      return 'header';
    }
    if (context.header === 'onerror') {
      const found = readOnerror(text, context.module ?? '');
      context.header = undefined;
      return found;
    }
    const frames: FoundFrame[] = [];
    let from = 0;
    for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
      const place = readPlace(text, colon);
      if (place === undefined) continue;
      const frame = readFrame(line, from, colon, place);
      if (frame !== undefined) frames.push(frame);
      from = place.end;
      colon = place.end - 1;
    }
    return frames.length > 0 ? frames : undefined;
  },
  write(style, frames, label) {
    if (style.style === 'at') return writeAtFrames(style, frames, label);
    if (style.style === 'sign') return writeSign(style, frames, label);
    const where = location(frames[0]!);
    if (style.style === 'onerror')
      return [` (${[frames[0]!.name, where].filter((part) => part !== undefined).join(' ')})${label}`];
    return [`${where ?? style.parts[0]}${label}`];
  },
};

interface Place {
  readonly value: number;
  readonly engine: 'v8' | 'spidermonkey';
  readonly end: number;
}

/** `:0xoffset`, `:1:column` or `:line:1`. */
function readPlace(text: string, colon: number): Place | undefined {
  const digit = text.charCodeAt(colon + 1);
  if (!isDigit(digit)) return undefined;
  const match = /^:(?:0x([0-9a-f]{1,12})|([0-9]{1,12}):([0-9]{1,12}))(?![0-9A-Za-z_:])/.exec(
    text.slice(colon, colon + 32),
  );
  if (match === null) return undefined;
  const end = colon + match[0].length;
  if (match[1] !== undefined) return { value: Number.parseInt(match[1], 16), engine: 'v8', end };
  const line = Number(match[2]);
  const column = Number(match[3]);
  if (line === 1 && column > 1) return { value: column - 1, engine: 'v8', end };
  return column === 1 && line > 1 ? { value: line, engine: 'spidermonkey', end } : undefined;
}

/** How far to the left of its offset a file is looked for. */
const LONGEST_URL = 4096;

function readFrame(line: Line, from: number, colon: number, { value, engine, end }: Place): FoundFrame | undefined {
  const { text } = line;
  const closed = text[end] === ')';
  let start = colon;
  const stop = Math.max(from, colon - LONGEST_URL);
  while (
    start > stop &&
    !(closed ? text[start - 1] === '(' && text[start - 2] === ' ' : /[\s("']/.test(text[start - 1]!))
  )
    start--;
  const file = text.slice(start, colon);
  if (!isModule(file)) return undefined;
  const base = {
    producer: engine,
    module: moduleOfUrl(file),
    offset: { value, space: 'module', after: false },
  } as const;
  const hash = /^[0-9a-f]{8}$/.test(file) ? { module: { hash: file } } : {};
  const before = text.slice(from, closed ? start - 2 : start);
  const at = /(?:^|\s)at (?:async )?/.exec(before);
  if (at !== null) {
    const name = at.index + at[0].length;
    if (!closed && name !== before.length) return undefined;
    const printed = closed ? line.unicode(from + name, start - 2) : undefined;
    const lead = text.slice(0, from + name).replace(/async $/, '');
    const text_ = {
      start: from + name,
      end: end + (closed ? 1 : 0),
      lead,
      style: 'at',
      parts: [printed ?? file, line.unicode(start, end)],
    };
    return { ...base, ...hash, functionName: printed, text: text_ };
  }
  const sign = /^(\s*)\$(.*) @ $/.exec(text.slice(from, start));
  if (sign !== null) {
    const name = line.unicode(from + sign[1]!.length + 1, start - 3);
    const style = {
      start: from + sign[1]!.length,
      end,
      lead: sign[1]!,
      style: 'sign',
      parts: [`$${name}`, line.unicode(start, end)],
    };
    return { ...base, ...hash, functionName: name, text: style };
  }
  // The place of an uncaught error, in front of its message.
  return closed
    ? undefined
    : { ...base, ...hash, text: { start, end, lead: '', style: 'place', parts: [line.unicode(start, end)] } };
}

/** Whether a file's name can be a module's: V8's hash, or one that ends in `.wasm` but for a query. */
function isModule(file: string): boolean {
  const name = file.trimEnd();
  if (/^(?:wasm:\/\/wasm\/)?(?:[^/\s]*-)?[0-9a-f]{8}$/.test(name))
    return name.startsWith('wasm:') || /^[0-9a-f]{8}$/.test(name);
  return /\.wasm(?:\?\S*)?$/.test(name) || / > WebAssembly\.\w+$/.test(name);
}

function readOnerror(text: string, url: string): FoundFrame[] | undefined {
  const match = /\bline=([0-9]{1,12}) col=([0-9]{1,12})/.exec(text.slice(0, 256));
  if (match === null) return undefined;
  const place = readPlace(`:${match[1]}:${match[2]}`, 0);
  if (place === undefined) return undefined;
  const end = match.index + match[0].length;
  return [
    {
      producer: place.engine,
      module: moduleOfUrl(url),
      offset: { value: place.value, space: 'module', after: false },
      text: { start: end, end, lead: '', style: 'onerror', parts: [] },
    },
  ];
}

/** `name @ location`, as the console lists an error's stack. */
function writeSign(style: FrameText, frames: readonly LogicalFrame[], label: string): string[] {
  return frames.map((frame, index) => {
    const where = location(frame) ?? style.parts[1] ?? '';
    return `${index === 0 ? '' : style.lead}${frame.name ?? style.parts[0]} @ ${where}${label}`;
  });
}
