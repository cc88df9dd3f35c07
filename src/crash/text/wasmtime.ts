import type { FrameText, LogicalFrame } from '../crash.ts';
import { type FoundFrame, location, parseOffset, type TextFormat } from './format.ts';
import { toUnicode } from './line.ts';

/**
 * Backtraces of Wasmtime and wasm3.
 *
 *     0: 0x185 - module!name                     and, of Wasmtime with details:
 *     1:  0xf0 - name
 *                    at file:line:column
 *                - name of the frame it was inlined into
 *                    at file:line:column
 *     2: 0x104 - <unknown>!<wasm function 4>
 *     0: 0x00021d - module!name                  of wasm3: six digits at least, `<unnamed>`
 *
 * Offsets count from the start of the file, and are the start of the instruction.
 */
export const wasmtime: TextFormat = {
  read(line, context) {
    const { text } = line;
    const head = HEAD.exec(text);
    if (head === null) {
      const last = context.last;
      if (last?.text.style !== 'wasmtime' || !/^\s+(?:at |- )/.test(text)) return undefined;
      if (text.search(/\S/) < Number(last.text.parts[1])) return undefined;
      // The function with the body is the last of those that were inlined into each other.
      const outer = /^\s+- (.+)$/.exec(text)?.[1]?.trimEnd();
      if (outer !== undefined) context.last = { ...last, functionName: toUnicode(outer) };
      return 'continues';
    }
    const value = parseOffset(`0x${head[2]}`);
    if (value === undefined) return undefined;
    const start = head.index + head[0].length;
    const printed = text.slice(start).trimEnd();
    if (printed === '') return undefined;
    const { module, name, index } = splitName(printed);
    const wasm3 = /^0[0-9a-f]{5}/.test(head[2]!);
    const found: FoundFrame = {
      producer: wasm3 ? 'wasm3' : 'wasmtime',
      module: { name: module === undefined ? undefined : toUnicode(module) },
      functionIndex: index,
      functionName: name === undefined ? undefined : toUnicode(name),
      offset: { value, space: 'module', after: false },
      text: {
        start,
        end: start + printed.length,
        lead: text.slice(0, start),
        style: wasm3 ? 'wasm3' : 'wasmtime',
        // The dash stands under the dash, the location two to the right of the name.
        parts: [toUnicode(printed), String(start - 2)],
      },
    };
    return [found];
  },
  write(style, frames, label) {
    return style.style === 'wasm3' ? writeNumbered(style, frames, label) : writeDetails(style, frames, label);
  },
};

const HEAD = /(?:^|\s)([0-9]{1,6}): +0x([0-9a-f]{1,12}) - /;

/** One line a frame, each with the number and address: what runtimes without a style for inlined frames get. */
export function writeNumbered(style: FrameText, frames: readonly LogicalFrame[], label: string): string[] {
  return frames.map((frame, index) => {
    const place = location(frame);
    const name = frame.name ?? style.parts[0] ?? '<unknown>';
    return `${index === 0 ? '' : style.lead}${name}${place === undefined ? '' : ` (${place})`}${label}`;
  });
}

function writeDetails(style: FrameText, frames: readonly LogicalFrame[], label: string): string[] {
  const dash = ' '.repeat(Number(style.parts[1]));
  const lines: string[] = [];
  for (const [index, frame] of frames.entries()) {
    lines.push(`${index === 0 ? '' : `${dash}- `}${frame.name ?? style.parts[0] ?? '<unknown>'}${label}`);
    const place = location(frame);
    if (place !== undefined) lines.push(`${dash}    at ${place}`);
  }
  return lines;
}

/** `module!name`, where a module is printed, and `<wasm function 4>` for a function without a name. */
function splitName(printed: string): { module?: string; name?: string; index?: number } {
  let name: string | undefined = printed;
  let module: string | undefined;
  const mark = printed.indexOf('!');
  // With details no module is printed, and `operator!` is a name.
  if (mark > 0 && !/operator$|[(<]/.test(printed.slice(0, mark).replace(/^<[^<>]*>$/, ''))) {
    module = printed.slice(0, mark);
    name = printed.slice(mark + 1);
    if (/^<.*>$/.test(module)) module = undefined;
  }
  const unnamed = /^<wasm function ([0-9]{1,9})>$/.exec(name);
  if (name === '<unnamed>' || unnamed !== null) name = undefined;
  return {
    ...(module === undefined ? {} : { module }),
    ...(name === undefined ? {} : { name }),
    ...(unnamed === null ? {} : { index: Number(unnamed[1]) }),
  };
}
