import { type FoundFrame, parseOffset, type TextFormat } from './format.ts';
import { writeNumbered } from './wasmtime.ts';

/**
 * Call stacks of the WebAssembly Micro Runtime.
 *
 *     #00: 0x021e - name        2.x
 *     #00: 0x021e - $f8         2.x, a function without a name
 *     #00 $f18                  until 1.3.2, no offset
 *
 * Offsets count from the start of the file. Those of the classic interpreter are the end of the instruction, where
 * execution would go on; an offset of the fast interpreter or of a memory access out of bounds is of no use, which
 * the checks of `checks.ts` find out.
 */
export const wamr: TextFormat = {
  read(line) {
    const { text } = line;
    const head = /(?:^|\s)#([0-9]{2,6})(?:: 0x([0-9a-f]{4,12}) - |:? (?=\$f[0-9]))/.exec(text);
    if (head === null) return undefined;
    const start = head.index + head[0].length;
    const printed = text.slice(start).trimEnd();
    if (printed === '') return undefined;
    const index = /^\$f([0-9]{1,9})$/.exec(printed);
    if (head[2] === undefined && index === null) return undefined;
    const value = head[2] === undefined ? undefined : parseOffset(`0x${head[2]}`);
    const name = line.unicode(start, start + printed.length);
    const found: FoundFrame = {
      producer: 'wamr',
      module: {},
      functionIndex: index === null ? undefined : Number(index[1]),
      functionName: index === null ? name : undefined,
      offset: value === undefined ? undefined : { value, space: 'module', after: true },
      text: { start, end: start + printed.length, lead: text.slice(0, start), style: 'wamr', parts: [name] },
    };
    return [found];
  },
  write: writeNumbered,
};
