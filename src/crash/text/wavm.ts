import { type FoundFrame, parseOffset, type TextFormat } from './format.ts';
import { writeNumbered } from './wasmtime.ts';

/**
 * WAVM's call stacks: `wasm!path!name+11`, `wasm!path!<function #1>+11`.
 *
 * The decimal offset counts from the start of the function's body.
 */
export const wavm: TextFormat = {
  read(line) {
    const { text } = line;
    const head = /(?:^|\s)wasm!/.exec(text);
    const tail = head === null ? null : /\+([0-9]{1,12})\s*$/.exec(text.slice(-64));
    if (head === null || tail === null) return undefined;
    const start = head.index + head[0].length - 'wasm!'.length;
    const plus = Math.max(0, text.length - 64) + tail.index;
    const mark = text.indexOf('!', start + 'wasm!'.length);
    if (mark < 0 || mark > plus) return undefined;
    const printed = line.unicode(mark + 1, plus);
    const unnamed = /^<function #([0-9]{1,9})>$/.exec(printed);
    const value = parseOffset(tail[1]!);
    const found: FoundFrame = {
      producer: 'wavm',
      module: { url: line.unicode(start + 'wasm!'.length, mark) },
      functionIndex: unnamed === null ? undefined : Number(unnamed[1]),
      functionName: unnamed === null ? printed : undefined,
      offset: value === undefined ? undefined : { value, space: 'body', after: false },
      text: {
        start: mark + 1,
        end: plus + 1 + tail[1]!.length,
        lead: text.slice(0, mark + 1),
        style: 'wavm',
        parts: [printed],
      },
    };
    return [found];
  },
  write: writeNumbered,
};
