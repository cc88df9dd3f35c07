import type { FoundFrame, TextFormat } from './format.ts';
import { writeNumbered } from './wasmtime.ts';

/**
 * WasmKit's traps: `Trap: reason`, then `0: name` a frame. There are names and nothing else.
 */
export const wasmkit: TextFormat = {
  read(line, context) {
    const { text } = line;
    if (/(?:^|\s)Trap: /.test(text.slice(0, 256))) {
      context.header = 'wasmkit';
      return 'header';
    }
    if (context.header !== 'wasmkit') return undefined;
    const head = /^\s*[0-9]{1,6}: (?=\S)/.exec(text);
    const printed = head === null ? '' : text.slice(head[0].length).trimEnd();
    if (head === null || printed === '') {
      context.header = undefined;
      return undefined;
    }
    const start = head[0].length;
    const name = line.unicode(start, start + printed.length);
    const found: FoundFrame = {
      producer: 'wasmkit',
      module: {},
      functionName: name,
      text: { start, end: start + printed.length, lead: head[0], style: 'wasmkit', parts: [name] },
    };
    return [found];
  },
  write: writeNumbered,
};
