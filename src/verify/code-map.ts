import type { Window } from '../bytes/window.ts';
import { isFormatError } from '../errors.ts';
import type { WasmFunctions } from '../wasm/functions.ts';
import { InstructionCursor } from '../wasm/instructions.ts';
import type { Findings } from './findings.ts';

/** What is known of a byte of code, in bits. */
export const CODE = {
  /** An instruction starts here. */
  instruction: 0x01,
  /** A row of a line table covers it. */
  row: 0x02,
  /** That row says line 0: no line. */
  lineZero: 0x04,
  /** A subprogram covers it. */
  function: 0x08,
} as const;

/** Above the bits: how many inlined calls are around the byte, up to {@link DEEPEST}. */
const DEPTH_SHIFT = 4;
export const DEEPEST = 15;

/** The code section byte by byte: where instructions start, and what debug information covers. A byte for each. */
export class CodeMap {
  readonly code: Window;
  readonly functions: WasmFunctions;
  readonly flags: Uint8Array;

  constructor(code: Window, functions: WasmFunctions, findings: Findings) {
    this.code = code;
    this.functions = functions;
    this.flags = new Uint8Array(code.end);
    code.load();
    for (let n = 0; n < functions.bodyCount; n++) this.#decode(n, findings);
  }

  /** First address after the code. */
  get end(): number {
    return this.flags.length;
  }

  /** The number of the body that holds an address, or the size before it; -1 where there is none. */
  bodyAt(address: number): number {
    const { sizeOffsets, bodyCount } = this.functions;
    if (bodyCount === 0 || !(address >= sizeOffsets[0]! && address < sizeOffsets[bodyCount]!)) return -1;
    let low = 0;
    let high = bodyCount;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (sizeOffsets[middle]! <= address) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The number of the body that starts at an address, else -1. */
  bodyStartingAt(address: number): number {
    const body = this.bodyAt(address);
    return body >= 0 && this.functions.starts[body] === address ? body : -1;
  }

  bodyStart(body: number): number {
    return this.functions.starts[body]!;
  }

  bodyEnd(body: number): number {
    return this.functions.sizeOffsets[body + 1]!;
  }

  /** Whether code can begin here: at an instruction, or at the declarations of a body's locals. */
  isBoundary(address: number): boolean {
    return (this.flags[address]! & CODE.instruction) !== 0 || this.bodyStartingAt(address) >= 0;
  }

  /** Whether code that began in `body` can end here: at an instruction, or where the body ends. */
  isEnd(address: number, body: number): boolean {
    return (this.flags[address]! & CODE.instruction) !== 0 || address === this.bodyEnd(body);
  }

  /** Adds bits to the bytes of a range, as far as it is inside the code. */
  mark(start: number, end: number, bits: number): void {
    const { flags } = this;
    const last = Math.min(end, flags.length);
    for (let at = Math.max(start, 0); at < last; at++) flags[at]! |= bits;
  }

  /** Says that inlined calls go so deep here. */
  deepen(start: number, end: number, depth: number): void {
    const { flags } = this;
    const last = Math.min(end, flags.length);
    const value = Math.min(depth, DEEPEST) << DEPTH_SHIFT;
    for (let at = Math.max(start, 0); at < last; at++) {
      if ((flags[at]! & 0xf0) < value) flags[at] = (flags[at]! & 0x0f) | value;
    }
  }

  /** How many inlined calls are around an address. */
  depthAt(address: number): number {
    return this.flags[address]! >> DEPTH_SHIFT;
  }

  #decode(n: number, findings: Findings): void {
    const { flags } = this;
    const start = this.bodyStart(n);
    const end = this.bodyEnd(n);
    try {
      const cursor = new InstructionCursor(this.code, start, end);
      while (cursor.next()) flags[cursor.offset]! |= CODE.instruction;
    } catch (error) {
      if (!isFormatError(error)) throw error;
      findings.damage('code/instructions', error, [`function ${n + this.functions.importCount}`]);
      // Where instructions are not known, none is in the way of one.
      this.mark(start, end, CODE.instruction);
    }
  }
}
