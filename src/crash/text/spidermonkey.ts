import type { FrameText, LogicalFrame } from '../crash.ts';
import { type FunctionTag, functionTags, tagIndex } from './anchors.ts';
import { type FoundFrame, location, parseOffset, type TextFormat } from './format.ts';
import type { Line } from './line.ts';
import { moduleOfUrl } from './module-url.ts';

/**
 * `Error.stack` of SpiderMonkey (Firefox, gjs) and of JavaScriptCore since August 2025 (Safari, WebKitGTK).
 *
 *     [module.]name@URL:wasm-function[index]:0xoffset     SpiderMonkey
 *     name@module:wasm-function[index]                    JavaScriptCore, no offset
 *     index@<?>:wasm-function[index]                      JavaScriptCore, without names
 *
 * Offsets count from the start of the file, and are the start of the instruction.
 */
export const spidermonkey: TextFormat = {
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
  write: writeAtSignFrames,
};

/** `name@location`. */
export function writeAtSignFrames(style: FrameText, frames: readonly LogicalFrame[], label: string): string[] {
  return frames.map((frame, index) => {
    const name = frame.name ?? style.parts[0] ?? '';
    return `${index === 0 ? '' : style.lead}${name}@${location(frame) ?? style.parts[1] ?? ''}${label}`;
  });
}

function readFrame(line: Line, tag: FunctionTag, from: number): FoundFrame | undefined {
  const { text } = line;
  const functionIndex = tagIndex(tag);
  if (functionIndex === undefined) return undefined;
  let start = from;
  while (text[start] === ' ' || text[start] === '\t') start++;
  // Names hold no @, URLs may.
  const sign = start + text.slice(start, tag.start).indexOf('@');
  if (sign < start) return undefined;
  const printed = line.unicode(start, sign);
  const url = text.slice(sign + 1, Math.max(sign + 1, tag.start - 1));
  const offset = tag.offset === undefined ? undefined : parseOffset(tag.offset);
  const module = moduleOfUrl(url);
  const unnamed = printed === '' || (offset === undefined && printed === String(functionIndex));
  return {
    producer: offset === undefined ? 'javascriptcore' : 'spidermonkey',
    module,
    functionIndex,
    functionName: unnamed ? undefined : printed,
    offset: offset === undefined ? undefined : { value: offset, space: 'module', after: false },
    text: {
      start,
      end: tag.end,
      lead: text.slice(from, start),
      style: 'spidermonkey',
      parts: [unnamed ? '' : printed, line.unicode(sign + 1, tag.end)],
      ...(from > 0 ? { newline: ' ', lead: '' } : {}),
    },
  };
}
