import { DW_LNS } from '../constants/line.ts';
import { slebSize, ulebSize } from './leb128.ts';

/** What special opcodes of a line table do (DWARF 5, section 6.2.5.1). */
export interface SpecialOpcodes {
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
}

/**
 * The shortest opcodes that add `address` and `line` to their registers and append a row, one number after the other:
 * how much `advance_line` adds, which opcode advances the address first and by how much, and the special opcode.
 */
export class LineAdvance {
  readonly #lineBase: number;
  readonly #lineRange: number;
  readonly #opcodeBase: number;
  /** What `DW_LNS_const_add_pc` adds to the address. */
  readonly constant: number;
  /** Added by `DW_LNS_advance_line`; 0 where there is none. */
  line = 0;
  /** `DW_LNS_const_add_pc`, `advance_pc` or `fixed_advance_pc`; 0 where there is none. */
  opcode = 0;
  /** Added by that opcode. */
  address = 0;
  /** The special opcode that follows. */
  special = 0;

  constructor({ lineBase, lineRange, opcodeBase }: SpecialOpcodes) {
    this.#lineBase = lineBase;
    this.#lineRange = lineRange;
    this.#opcodeBase = opcodeBase;
    this.constant = Math.floor((255 - opcodeBase) / lineRange);
  }

  /** Chooses, and answers how many bytes that takes. */
  choose(address: number, line: number): number {
    const base = this.#lineBase;
    const range = this.#lineRange;
    this.line = 0;
    if (line >= base && line < base + range) return this.#chooseAddress(address, line);
    // What the special opcode still adds to the line makes the operand of `advance_line` shorter, or is 0.
    const nearest = line < base ? base : base + range - 1;
    const rest = slebSize(line - nearest) < slebSize(line) ? nearest : 0;
    const size = this.#chooseAddress(address, rest);
    this.line = line - rest;
    return 1 + slebSize(line - rest) + size;
  }

  #chooseAddress(address: number, line: number): number {
    const range = this.#lineRange;
    const lowest = line - this.#lineBase + this.#opcodeBase;
    // How far a special opcode with this line advances the address at most.
    const reach = Math.floor((255 - lowest) / range);
    if (address <= reach) {
      this.opcode = 0;
      this.special = lowest + address * range;
      return 1;
    }
    const { constant } = this;
    if (address >= constant && address - constant <= reach) {
      this.opcode = DW_LNS.const_add_pc;
      this.address = constant;
      this.special = lowest + (address - constant) * range;
      return 2;
    }
    // What the special opcode still adds makes the operand shorter, or is 0.
    const rest = advanceSize(address - reach) < advanceSize(address) ? reach : 0;
    const operand = address - rest;
    this.special = lowest + rest * range;
    this.address = operand;
    this.opcode = isFixed(operand) ? DW_LNS.fixed_advance_pc : DW_LNS.advance_pc;
    return 1 + advanceSize(operand);
  }
}

/** Whether two bytes of data are less than LEB128 takes. */
function isFixed(operand: number): boolean {
  return operand > 0x3fff && operand <= 0xffff;
}

/** Bytes of the opcode that advances the address, with its operand. */
function advanceSize(operand: number): number {
  return isFixed(operand) ? 3 : 1 + ulebSize(operand);
}
