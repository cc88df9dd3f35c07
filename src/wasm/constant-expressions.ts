import { ByteReader } from '../bytes/byte-reader.ts';
import { InstructionCursor } from './instructions.ts';

/** Most expressions are one instruction and `end`; only where they are longer, the rest of the section is looked at. */
const SHORT = 64;

const END = 0x0b;
const GLOBAL_GET = 0x23;
const I32_CONST = 0x41;
const I64_CONST = 0x42;
const I32_ADD = 0x6a;
const I32_SUB = 0x6b;
const I32_MUL = 0x6c;
const I64_ADD = 0x7c;
const I64_SUB = 0x7d;
const I64_MUL = 0x7e;

/**
 * Reads a constant expression (WebAssembly 3.0, 3.3.15) and moves on behind its `end`.
 *
 * Answers an integer, exact below 2^53, or undefined for what is not one or depends on an import. `globalValue` gives
 * the values of globals before this place.
 *
 * @throws FormatError where the instructions cannot be read.
 */
export function readConstantExpression(
  reader: ByteReader,
  globalValue: (index: number) => number | undefined,
): number | undefined {
  const { window } = reader;
  const start = reader.offset;
  const short = Math.min(start + SHORT, window.end);
  const result = walk(reader, globalValue, short) ?? walk(reader, globalValue, window.end);
  return result?.value;
}

/** Undefined if the expression does not end before `end`, and `end` is not the section's. */
function walk(
  reader: ByteReader,
  globalValue: (index: number) => number | undefined,
  end: number,
): { value: number | undefined } | undefined {
  const { window } = reader;
  const stack: (number | undefined)[] = [];
  const cursor = new InstructionCursor(window, reader.offset, end, { locals: false });
  const wide = (value: number | undefined): number | undefined =>
    value !== undefined && Number.isSafeInteger(value) ? value : undefined;
  for (;;) {
    try {
      if (!cursor.next()) {
        if (end < window.end) return undefined;
        throw reader.error('unexpected-end', 'constant expression without an end');
      }
    } catch (error) {
      // An instruction that is cut in two by the first, short look.
      if (end < window.end) return undefined;
      throw error;
    }
    switch (cursor.opcode) {
      case END:
        reader.seek(cursor.end);
        return { value: stack.pop() };
      case I32_CONST:
      case I64_CONST:
        stack.push(wide(new ByteReader(window, cursor.immediates).sleb()));
        break;
      case GLOBAL_GET:
        stack.push(globalValue(cursor.index()));
        break;
      case I32_ADD:
      case I32_SUB:
      case I32_MUL:
      case I64_ADD:
      case I64_SUB:
      case I64_MUL: {
        const right = stack.pop();
        const left = stack.pop();
        const value = left === undefined || right === undefined ? undefined : calculate(cursor.opcode, left, right);
        stack.push(wide(value));
        break;
      }
      default:
        // References, structures, vectors: nothing that an address is made of.
        stack.length = 0;
        stack.push(undefined);
    }
  }
}

function calculate(opcode: number, left: number, right: number): number {
  switch (opcode) {
    case I32_ADD:
      return (left + right) | 0;
    case I32_SUB:
      return (left - right) | 0;
    case I32_MUL:
      return Math.imul(left, right);
    case I64_ADD:
      return left + right;
    case I64_SUB:
      return left - right;
    default:
      return left * right;
  }
}
