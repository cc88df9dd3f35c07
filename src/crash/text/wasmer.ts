import { type FoundFrame, parseOffset, type TextFormat } from './format.ts';
import { writeAtFrames } from './v8.ts';

/**
 * Wasmer's backtraces: `at name (module[index]:0xoffset)`, `<unnamed>` without a name.
 *
 * Offsets count from the start of the file, and are the start of the instruction.
 */
export const wasmer: TextFormat = {
  read(line) {
    const { text } = line;
    const tail = /\[([0-9]{1,9})\]:0x([0-9a-f]{1,12})\)\s*$/.exec(text.slice(-64));
    if (tail === null) return undefined;
    const bracket = Math.max(0, text.length - 64) + tail.index;
    const at = /(?:^|\s)at /.exec(text);
    const open = text.lastIndexOf(' (', bracket);
    const value = parseOffset(`0x${tail[2]}`);
    if (at === null || value === undefined || open < at.index || text.slice(open, bracket).endsWith('wasm-function')) {
      return undefined;
    }
    const start = at.index + at[0].length;
    const printed = line.unicode(start, open);
    const found: FoundFrame = {
      producer: 'wasmer',
      module: { name: line.unicode(open + 2, bracket) },
      functionIndex: Number(tail[1]),
      functionName: printed === '<unnamed>' ? undefined : printed,
      offset: { value, space: 'module', after: false },
      text: {
        start,
        end: bracket + tail[0].trimEnd().length,
        lead: text.slice(0, start),
        style: 'wasmer',
        parts: [printed, line.unicode(open + 2, bracket + tail[0].trimEnd().length - 1)],
      },
    };
    return [found];
  },
  write: writeAtFrames,
};
