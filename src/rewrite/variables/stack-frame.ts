import type { CodeOffset } from '../../addresses.ts';
import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { InstructionCursor } from '../../wasm/instructions.ts';

/** What a body makes of the stack pointer, a global: its value on entry is the zero that offsets count from. */
export interface StackFrame {
  /**
   * Locals that are set once, before any branch or call, to the stack pointer's value on entry and an offset in bytes:
   * from there to the end of the body they are that.
   */
  readonly locals: ReadonlyMap<number, number>;
  /** Whether the body never sets the stack pointer: then it is what it was on entry. */
  readonly keepsStackPointer: boolean;
}

const OP = {
  nop: 0x01,
  drop: 0x1a,
  select: 0x1b,
  local_get: 0x20,
  local_set: 0x21,
  local_tee: 0x22,
  global_get: 0x23,
  global_set: 0x24,
  i32_const: 0x41,
  i64_const: 0x42,
  f64_const: 0x44,
  i32_add: 0x6a,
  i32_sub: 0x6b,
  i64_add: 0x7c,
  i64_sub: 0x7d,
} as const;

/** What is known of a value: the stack pointer on entry and an offset, or a constant; undefined is anything. */
type Value = { readonly isFrame: boolean; readonly number: number } | undefined;

/**
 * Follows the stack pointer through the beginning of a body.
 *
 * Only what runs first and always is followed, up to the first block, branch or call: nothing there depends on what
 * others do. A value that is set there and nowhere else holds wherever control goes.
 *
 * @throws FormatError where an instruction cannot be read.
 */
export function readStackFrame(code: Window, start: CodeOffset, end: CodeOffset, stackPointer: number): StackFrame {
  const run = new Beginning(stackPointer);
  const sets = new Map<number, number>();
  let keepsStackPointer = true;
  let follows = true;
  const cursor = new InstructionCursor(code, start, end);
  while (cursor.next()) {
    const { opcode } = cursor;
    if (opcode === OP.local_set || opcode === OP.local_tee) {
      const local = cursor.index();
      sets.set(local, (sets.get(local) ?? 0) + 1);
    } else if (opcode === OP.global_set && cursor.index() === stackPointer) {
      keepsStackPointer = false;
    }
    if (follows) follows = run.step(cursor, code);
  }
  const locals = new Map<number, number>();
  for (const [local, value] of run.locals) {
    if (value?.isFrame === true && sets.get(local) === 1) locals.set(local, value.number);
  }
  return { locals, keepsStackPointer };
}

/** The machine, as far as it is known, while the beginning of a body runs. */
class Beginning {
  /** Locals that were set. */
  readonly locals = new Map<number, Value>();
  readonly #stackPointer: number;
  #pointer: Value = { isFrame: true, number: 0 };
  readonly #stack: Value[] = [];

  constructor(stackPointer: number) {
    this.#stackPointer = stackPointer;
  }

  /** Runs an instruction; false where what follows may not run, or not only once. */
  step(cursor: InstructionCursor, code: Window): boolean {
    const { opcode } = cursor;
    const stack = this.#stack;
    switch (opcode) {
      case OP.nop:
        return true;
      case OP.drop:
        stack.pop();
        return true;
      case OP.select:
        return this.#replace(3, undefined);
      case OP.local_get:
        stack.push(this.locals.get(cursor.index()));
        return true;
      case OP.local_set:
        this.locals.set(cursor.index(), stack.pop());
        return true;
      case OP.local_tee:
        this.locals.set(cursor.index(), stack.at(-1));
        return true;
      case OP.global_get:
        stack.push(cursor.index() === this.#stackPointer ? this.#pointer : undefined);
        return true;
      case OP.global_set: {
        const value = stack.pop();
        if (cursor.index() === this.#stackPointer) this.#pointer = value;
        return true;
      }
      case OP.i32_const:
      case OP.i64_const:
        stack.push({ isFrame: false, number: new ByteReader(code.part(cursor.immediates, cursor.end)).sleb() });
        return true;
      case OP.i32_add:
      case OP.i64_add:
      case OP.i32_sub:
      case OP.i64_sub: {
        const right = stack.at(-1);
        const left = stack.at(-2);
        return this.#replace(
          2,
          opcode === OP.i32_add || opcode === OP.i64_add ? add(left, right) : subtract(left, right),
        );
      }
      default:
        return this.#other(opcode);
    }
  }

  /** Instructions of which only counts that they take and leave values: numbers and memory. */
  #other(opcode: number): boolean {
    if (opcode > OP.i64_const && opcode <= OP.f64_const) return this.#replace(0, undefined);
    if (opcode >= 0x28 && opcode <= 0x35) return this.#replace(1, undefined);
    if (opcode >= 0x36 && opcode <= 0x3e) {
      this.#stack.splice(-2);
      return true;
    }
    if (opcode < 0x45 || opcode > 0xc4) return false;
    return this.#replace(isUnary(opcode) ? 1 : 2, undefined);
  }

  #replace(count: number, value: Value): boolean {
    if (count > 0) this.#stack.splice(-count);
    this.#stack.push(value);
    return true;
  }
}

/** Tests for zero, counts of bits, rounding and conversions. */
function isUnary(opcode: number): boolean {
  return (
    opcode === 0x45 ||
    opcode === 0x50 ||
    (opcode >= 0x67 && opcode <= 0x69) ||
    (opcode >= 0x79 && opcode <= 0x7b) ||
    (opcode >= 0x8b && opcode <= 0x91) ||
    (opcode >= 0x99 && opcode <= 0x9f) ||
    opcode >= 0xa7
  );
}

function add(left: Value, right: Value): Value {
  if (left === undefined || right === undefined || (left.isFrame && right.isFrame)) return undefined;
  return inRange({ isFrame: left.isFrame || right.isFrame, number: left.number + right.number });
}

function subtract(left: Value, right: Value): Value {
  if (left === undefined || right === undefined || right.isFrame) return undefined;
  return inRange({ isFrame: left.isFrame, number: left.number - right.number });
}

/** No frame is so large that its offsets wrap. */
function inRange(value: NonNullable<Value>): Value {
  return Math.abs(value.number) < 2 ** 30 ? value : undefined;
}
