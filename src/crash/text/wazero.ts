import type { FrameText, LogicalFrame } from '../crash.ts';
import { type FoundFrame, location, parseOffset, type TextFormat } from './format.ts';

/**
 * wazero's stack traces: a header, then a line a function, indented by a tab, and of modules with DWARF the places in
 * the source, indented by two.
 *
 *     wasm stack trace:
 *         module.name(i32,i32) i32
 *             0x75: file:line:column (inlined)
 *                   file:line:column
 *         .$8(i32) i32                             a function without a name
 *
 * The offsets count from the start of the code section's payload, and are the start of the instruction.
 */
export const wazero: TextFormat = {
  read(line, context) {
    const { text } = line;
    if (text.trimEnd().endsWith('wasm stack trace:')) {
      context.header = 'wazero';
      return 'header';
    }
    const failed = /module\[([^\]]*)\] function\[[^\]]*\] failed/.exec(text.slice(0, 4096));
    if (failed !== null) {
      context.module = failed[1] === '' ? undefined : failed[1];
      return 'header';
    }
    if (context.header !== 'wazero') return undefined;
    const last = context.last;
    if (last?.text.style === 'wazero' && /^\t\t\s*(?:0x[0-9a-f]+: |\S)/.test(text)) {
      const offset = /^\t\t0x([0-9a-f]{1,12}): /.exec(text);
      if (offset !== null && last.offset === undefined) {
        const value = parseOffset(`0x${offset[1]}`);
        if (value !== undefined) context.last = { ...last, offset: { value, space: 'code', after: false } };
      }
      return 'continues';
    }
    const signature = SIGNATURE.exec(text);
    if (!text.startsWith('\t') || text.startsWith('\t\t') || signature === null || signature.index < 1) {
      context.header = undefined;
      return undefined;
    }
    const printed = line.unicode(1, signature.index);
    const index = /^(.*)\.\$([0-9]{1,9})$/.exec(printed);
    const prefix = context.module === undefined ? undefined : `${context.module}.`;
    const found: FoundFrame = {
      producer: 'wazero',
      module: { name: context.module ?? (index === null || index[1] === '' ? undefined : index[1]) },
      functionIndex: index === null ? undefined : Number(index[2]),
      functionName:
        index !== null
          ? undefined
          : prefix !== undefined && printed.startsWith(prefix)
            ? printed.slice(prefix.length)
            : printed,
      text: {
        start: 1,
        end: text.trimEnd().length,
        lead: '\t\t',
        style: 'wazero',
        parts: [printed, line.unicode(signature.index, text.trimEnd().length)],
      },
    };
    return [found];
  },
  write: writePlaces,
};

const TYPE = '(?:i32|i64|f32|f64|v128|externref|funcref|externref|unknown)';
const SIGNATURE = new RegExp(`\\((?:${TYPE}(?:,${TYPE})*)?\\)(?: ${TYPE}| \\(${TYPE}(?:,${TYPE})*\\))?\\s*$`);

/** The function with its signature, and under it the places with the functions that are inlined there. */
function writePlaces(style: FrameText, frames: readonly LogicalFrame[], label: string): string[] {
  const outermost = frames.at(-1);
  const lines = [`${outermost?.name ?? style.parts[0]}${style.parts[1]}${label}`];
  for (const frame of frames) {
    const place = location(frame) ?? '<unknown>';
    lines.push(`${style.lead}${place}${frame.inlined ? ` (inlined ${frame.name ?? '<unknown>'})` : ''}`);
  }
  return lines;
}
