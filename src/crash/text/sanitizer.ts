import type { FrameText, LogicalFrame, ModuleReference } from '../crash.ts';
import { type FoundFrame, location, parseOffset, type TextFormat } from './format.ts';
import type { Line } from './line.ts';

/**
 * Reports of Emscripten's sanitizers.
 *
 *     ERROR: AddressSanitizer: heap-use-after-free on address 0x03203e40 at pc 0x00000c1b bp …
 *     #0 0x745 in app::bad(int)+0x745 (a.out.wasm+0x745)
 *     #1 0xc46 in __original_main f.c:5:3                    with a source map
 *     #0 0x745  (a.out.wasm+0x745)                           with symbolize=0
 *     #0 0x21005d in __original_main wasm-function[33]:93    2019, offset in the function's body
 *     #2 0x80001163 in Module._main a.js:4451:60             a JavaScript frame
 *     SUMMARY: AddressSanitizer: heap-use-after-free (a.out.wasm+0xc1a)
 *
 * Offsets count from the start of the file, and are the start of the instruction. What stands behind a name's `+` is
 * the same offset again. The summary's is one too low: sanitizers take one off, as is right for other machines.
 */
export const sanitizer: TextFormat = {
  read(line, context) {
    const { text } = line;
    const frame = readFrame(line);
    if (frame !== undefined) {
      context.module = frame.module.name ?? context.module;
      return [frame];
    }
    const summary = /SUMMARY: [A-Za-z]*Sanitizer: .*\(([^()\s]+\.wasm)\+0x([0-9a-f]{1,12})\)\s*$/.exec(
      text.slice(0, 1024),
    );
    if (summary !== null) {
      const start = text.lastIndexOf('(');
      const value = Number.parseInt(summary[2]!, 16) + 1;
      return [place('summary', { name: summary[1] }, value, start, text.lastIndexOf(')') + 1)];
    }
    const header = /ERROR: [A-Za-z]*Sanitizer: .* at pc 0x([0-9a-f]{8})(?= bp )/.exec(text.slice(0, 1024));
    if (header === null) return undefined;
    const end = header.index + header[0].length;
    return [place('pc', {}, Number.parseInt(header[1]!, 16), end, end)];
  },
  write(style, frames, label) {
    if (style.style === 'frame')
      return frames.map((frame, index) => (index === 0 ? '' : style.lead) + inPlace(frame, style) + label);
    const innermost = frames[0]!;
    const where = location(innermost);
    if (style.style === 'pc')
      return [` in ${innermost.name ?? '<unknown>'}${where === undefined ? '' : ` ${where}`}${label}`];
    return [`${where === undefined ? '' : `${where} `}in ${innermost.name ?? '<unknown>'}${label}`];
  },
};

function place(style: string, module: ModuleReference, value: number, start: number, end: number): FoundFrame {
  return {
    producer: 'sanitizer',
    module,
    offset: { value, space: 'module', after: false },
    text: { start, end, lead: '', style, parts: [] },
  };
}

/** `in name file:line:column`. */
function inPlace(frame: LogicalFrame, style: FrameText): string {
  const where = location(frame);
  return `in ${frame.name ?? style.parts[0] ?? '<unknown>'}${where === undefined ? '' : ` ${where}`}`;
}

function readFrame(line: Line): FoundFrame | undefined {
  const { text } = line;
  const head = /(?:^|\s)#([0-9]{1,6}) 0x([0-9a-f]{1,12}) (?:in (?=\S)|(?= \())/.exec(text);
  if (head === null) return undefined;
  const pc = parseOffset(`0x${head[2]}`)!;
  const start = head.index + head[0].length - (head[0].endsWith('in ') ? 3 : 0);
  const lead = text.slice(0, start);
  const base = { start, lead, style: 'frame' };
  const rest = text.slice(start).trimEnd();
  const end = start + rest.length;
  const image = /\(([^()]*)\+0x([0-9a-f]{1,12})\)$/.exec(rest.slice(-4096));
  if (image !== null) {
    // A native report: the place in a file differs from the place in memory.
    if (parseOffset(`0x${image[2]}`) !== pc || !/\.wasm$|^[^./]+$/.test(image[1]!) || image[1] === 'JavaScript')
      return undefined;
    const opening = end - image[0].length;
    const printed = text.slice(start + 3, opening).trimEnd();
    const plus = printed.lastIndexOf('+0x');
    const name = rest.startsWith('in ')
      ? line.unicode(start + 3, start + 3 + (plus < 0 ? printed.length : plus))
      : undefined;
    return {
      producer: 'sanitizer',
      module: { name: image[1] },
      functionName: name,
      offset: { value: pc, space: 'module', after: false },
      text: { ...base, end, parts: name === undefined ? [] : [name] },
    };
  }
  if (!rest.startsWith('in ')) return undefined;
  const body = / wasm-function\[([0-9]{1,9})\]:([0-9]{1,12})$/.exec(rest.slice(-64));
  if (body !== null) {
    const name = line.unicode(start + 3, end - body[0].length);
    return {
      producer: 'sanitizer',
      module: {},
      functionIndex: Number(body[1]),
      functionName: name,
      offset: { value: Number(body[2]), space: 'body', after: false },
      text: { ...base, end, parts: [name] },
    };
  }
  const source = / \S+:[0-9]+(?::[0-9]+)?$/.exec(rest.slice(-4096));
  // Frames of JavaScript have the highest bit set.
  if (source === null || pc >= 0x8000_0000) return undefined;
  const name = line.unicode(start + 3, end - source[0].length);
  return {
    producer: 'sanitizer',
    module: {},
    functionName: name,
    offset: { value: pc, space: 'module', after: false },
    text: { ...base, end, parts: [name] },
  };
}
