import type { FrameText, LogicalFrame } from '../crash.ts';
import { type FoundFrame, location, parseOffset, type TextFormat } from './format.ts';

const OFFSET = ', Bytecode offset: 0x';
const STACK = 'calling stack:';

/**
 * WasmEdge's log.
 *
 *     [error]     In instruction: unreachable (0x00) , Bytecode offset: 0x0000a64d
 *     [error] calling stack:0
 *     [error] calling stack:module[0]:12, module[0]:7
 *
 * The offset counts from the start of the file, and is the start of the instruction; the stack is function indices.
 */
export const wasmedge: TextFormat = {
  read(line) {
    const { text } = line;
    const at = text.indexOf(OFFSET);
    if (at >= 0) {
      const digits = /^[0-9a-f]{1,12}/.exec(text.slice(at + OFFSET.length))?.[0];
      const value = digits === undefined ? undefined : parseOffset(`0x${digits}`);
      if (value === undefined) return undefined;
      const end = at + OFFSET.length + digits!.length;
      const instruction = text.lastIndexOf('In instruction:', at);
      const found: FoundFrame = {
        producer: 'wasmedge',
        module: {},
        offset: { value, space: 'module', after: false },
        text: { start: end, end, lead: text.slice(0, Math.max(0, instruction)), style: 'offset', parts: [] },
      };
      return [found];
    }
    const stack = text.indexOf(STACK);
    if (stack < 0) return undefined;
    const frames: FoundFrame[] = [];
    const entry = /(?:([^\s,:]*):)?([0-9]{1,9})(?=,|\s*$)/gy;
    entry.lastIndex = stack + STACK.length;
    for (let match = entry.exec(text); match !== null; match = entry.exec(text)) {
      const start = match.index + match[0].length;
      const module = match[1]?.replace(/\[[0-9]+\]$/, '');
      frames.push({
        producer: 'wasmedge',
        module: module === undefined || module === 'module' || module === '' ? {} : { name: module },
        functionIndex: Number(match[2]),
        text: { start, end: start, lead: '', style: 'stack', parts: [], newline: '' },
      });
      entry.lastIndex = start;
      const gap = /^,\s*/.exec(text.slice(start, start + 16));
      if (gap === null) break;
      entry.lastIndex = start + gap[0].length;
    }
    return frames.length > 0 ? frames : undefined;
  },
  write: (style, frames, label) =>
    style.style === 'stack' ? writeBeside(frames, label) : writeBelow(style, frames, label),
};

/** ` name (location)` behind an index. */
function writeBeside(frames: readonly LogicalFrame[], label: string): string[] {
  const names = frames.map((frame) => {
    const place = location(frame);
    return place === undefined ? (frame.name ?? '<unknown>') : `${frame.name ?? '<unknown>'} (${place})`;
  });
  return [` ${names.join(' < ')}${label}`];
}

/** Lines of the log of their own, with its prefix. */
function writeBelow(style: FrameText, frames: readonly LogicalFrame[], label: string): string[] {
  const lines = frames.map((frame) => {
    const place = location(frame);
    return `${style.lead}At: ${frame.name ?? '<unknown>'}${place === undefined ? '' : ` (${place})`}${label}`;
  });
  return ['', ...lines];
}
