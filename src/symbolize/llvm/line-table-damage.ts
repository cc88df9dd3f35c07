import type { Window } from '../../bytes/window.ts';
import { DW_LNE, DW_LNS, nameOfLns } from '../../dwarf/constants/line.ts';
import { DataCursor, hex2, hex8 } from './data-cursor.ts';
import { parseEntryTables, parseNameTables } from './line-file-tables.ts';

/** What LLVM says when it reads a line table. */
export interface LineTableDamage {
  readonly messages: readonly string[];
  /** Whether it gives the table up: the first time it is asked for it is not there, then as far as it was read. */
  readonly isGivenUp: boolean;
}

/** A header as LLVM reads it (`DWARFDebugLine::Prologue`). */
interface Prologue {
  readonly offset: number;
  /** Where the table ends by its own account. */
  readonly end: number;
  readonly version: number;
  readonly minimumInstructionLength: number;
  readonly maximumOperations: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly standardOpcodeLengths: readonly number[];
  /** Where the program starts. */
  readonly programOffset: number;
}

/** @param addressSize of the unit whose table it is. */
export function lineTableDamage(section: Window, offset: number, addressSize: number): LineTableDamage {
  const messages: string[] = [];
  const prologue = parsePrologue(section, offset, addressSize, messages);
  if (prologue === undefined) return { messages, isGivenUp: true };
  let { end } = prologue;
  if (end > section.end) {
    const [length, left] = [hex8(end - offset), hex8(section.end - offset)];
    messages.push(
      `line table program with offset ${hex8(offset)} has length ${length} but only ${left} bytes are available`,
    );
    end = section.end;
  }
  const program = new Program(section, prologue, addressSize, messages);
  return { messages, isGivenUp: !program.run(end) };
}

/** `undefined` where the table is given up. */
function parsePrologue(section: Window, offset: number, addressSize: number, messages: string[]): Prologue | undefined {
  const cursor = new DataCursor(section, offset);
  const place = `parsing line table prologue at offset ${hex8(offset)}`;
  let length = cursor.u32();
  const is64 = length === 0xffff_ffff;
  if (is64) length = cursor.unsigned(8);
  else if (length >= 0xffff_fff0) cursor.failure ??= `unsupported reserved unit length of value ${hex8(length)}`;
  const end = cursor.at + length;
  cursor.size = Math.min(cursor.size, end);
  const version = cursor.u16();
  if (cursor.failure === undefined && (version < 2 || version > 5)) {
    messages.push(`${place}: unsupported version ${version}`);
    return undefined;
  }
  let ownAddressSize = addressSize;
  if (version >= 5) {
    ownAddressSize = cursor.u8();
    if (cursor.failure === undefined && ownAddressSize !== addressSize) {
      messages.push(`${place}: address size ${ownAddressSize} doesn't match architecture address size ${addressSize}`);
    }
    cursor.u8();
  }
  const headerLength = cursor.unsigned(is64 ? 8 : 4);
  const programOffset = cursor.at + headerLength;
  cursor.size = Math.min(cursor.size, programOffset);
  const minimumInstructionLength = cursor.u8();
  const maximumOperations = version >= 4 ? cursor.u8() : 0;
  cursor.u8();
  cursor.u8();
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  const standardOpcodeLengths: number[] = [];
  if (cursor.failure === undefined && opcodeBase === 0) {
    const offsetText = hex8(offset);
    messages.push(
      `parsing line table prologue at offset ${offsetText} found opcode base of 0. Assuming no standard opcodes`,
    );
  }
  for (let opcode = 1; opcode < opcodeBase && cursor.failure === undefined; opcode++) {
    standardOpcodeLengths.push(cursor.u8());
  }
  if (cursor.failure !== undefined) {
    messages.push(`${place}: ${cursor.failure}`);
    return undefined;
  }
  const encoding = { version, addressSize: ownAddressSize, offsetSize: is64 ? (8 as const) : (4 as const) };
  const damage = version >= 5 ? parseEntryTables(section, cursor, encoding) : parseNameTables(cursor);
  if (damage !== undefined) {
    const found = `found an invalid directory or file table description at ${hex8(cursor.at)}`;
    messages.push(`parsing line table prologue at ${hex8(offset)} ${found}`, damage);
  } else if (cursor.at !== programOffset) {
    const [at, stop, wanted] = [hex8(offset), hex8(cursor.at), hex8(programOffset)];
    messages.push(
      `unknown data in line table prologue at offset ${at}: parsing ended (at offset ${stop}) before reaching the prologue end at offset ${wanted}`,
    );
  }
  return {
    offset,
    end,
    version,
    minimumInstructionLength,
    maximumOperations,
    lineRange,
    opcodeBase,
    standardOpcodeLengths,
    programOffset,
  };
}

/** A line program, of which only the shape is looked at. */
class Program {
  readonly #section: Window;
  readonly #prologue: Prologue;
  readonly #addressSize: number;
  readonly #messages: string[];
  #isEmpty = true;
  #toldOfAdvance = false;
  #toldOfRange = false;

  constructor(section: Window, prologue: Prologue, addressSize: number, messages: string[]) {
    this.#section = section;
    this.#prologue = prologue;
    this.#addressSize = addressSize;
    this.#messages = messages;
  }

  /** Whether it gets to the end. */
  run(end: number): boolean {
    const cursor = new DataCursor(this.#section, this.#prologue.programOffset);
    cursor.size = end;
    while (cursor.at < end) {
      const opcodeOffset = cursor.at;
      const opcode = cursor.u8();
      if (opcode === 0) this.#extended(cursor);
      else if (opcode < this.#prologue.opcodeBase) this.#standard(opcode, opcodeOffset, cursor);
      else this.#special(opcode, opcodeOffset);
      if (cursor.failure === undefined) continue;
      this.#messages.push(cursor.failure);
      if (opcode !== 0) return false;
      cursor.failure = undefined;
    }
    if (!this.#isEmpty) {
      const offset = hex8(this.#prologue.offset);
      this.#messages.push(`last sequence in debug line table at offset ${offset} is not terminated`);
    }
    return true;
  }

  /** What is cut off here ends where its length says. */
  #extended(cursor: DataCursor): void {
    const length = cursor.uleb();
    const start = cursor.at;
    if (length === 0) return;
    const opcode = cursor.u8();
    if (cursor.failure === undefined) this.#extendedOperands(opcode, start, length, cursor);
    if (cursor.failure === undefined && cursor.at !== start + length) {
      const [at, expected, found] = [hex8(start), hex2(length), hex2(cursor.at - start)];
      this.#messages.push(`unexpected line op length at offset ${at} expected ${expected} found ${found}`);
    }
    cursor.at = start + length;
  }

  #extendedOperands(opcode: number, start: number, length: number, cursor: DataCursor): void {
    switch (opcode) {
      case DW_LNE.end_sequence:
        this.#isEmpty = true;
        return;
      case DW_LNE.set_address: {
        const size = length - 1;
        if (size !== this.#addressSize) {
          const [at, expected, found] = [hex8(start), hex2(this.#addressSize), hex2(size)];
          this.#messages.push(`mismatching address size at offset ${at} expected ${expected} found ${found}`);
        }
        if (size !== 1 && size !== 2 && size !== 4 && size !== 8) {
          const text = `address size ${hex2(size)} of DW_LNE_set_address opcode at offset ${hex8(start)} is unsupported`;
          this.#messages.push(text);
        }
        cursor.skip(size);
        return;
      }
      case DW_LNE.define_file:
        cursor.cstring();
        cursor.uleb();
        cursor.uleb();
        cursor.uleb();
        return;
      case DW_LNE.set_discriminator:
        cursor.uleb();
        return;
      default:
        cursor.skip(length - 1);
    }
  }

  #standard(opcode: number, opcodeOffset: number, cursor: DataCursor): void {
    switch (opcode) {
      case DW_LNS.copy:
        this.#isEmpty = false;
        return;
      case DW_LNS.advance_pc:
        cursor.uleb();
        if (cursor.failure === undefined) this.#advance(opcode, opcodeOffset);
        return;
      case DW_LNS.advance_line:
        cursor.sleb();
        return;
      case DW_LNS.set_file:
      case DW_LNS.set_column:
      case DW_LNS.set_isa:
        cursor.uleb();
        return;
      case DW_LNS.const_add_pc:
        this.#advanceByOpcode(opcode, opcodeOffset);
        return;
      case DW_LNS.fixed_advance_pc:
        cursor.u16();
        return;
      case DW_LNS.negate_stmt:
      case DW_LNS.set_basic_block:
      case DW_LNS.set_prologue_end:
      case DW_LNS.set_epilogue_begin:
        return;
      default:
        for (let left = this.#prologue.standardOpcodeLengths[opcode - 1]!; left > 0; left--) cursor.uleb();
    }
  }

  #special(opcode: number, opcodeOffset: number): void {
    this.#advanceByOpcode(opcode, opcodeOffset);
    this.#isEmpty = false;
  }

  #advanceByOpcode(opcode: number, opcodeOffset: number): void {
    if (!this.#toldOfRange && this.#prologue.lineRange === 0) {
      this.#toldOfRange = true;
      this.#tell(opcode, opcodeOffset, 'line_range value is 0. The address and line will not be adjusted');
    }
    this.#advance(opcode, opcodeOffset);
  }

  #advance(opcode: number, opcodeOffset: number): void {
    if (this.#toldOfAdvance) return;
    this.#toldOfAdvance = true;
    const { version, maximumOperations, minimumInstructionLength } = this.#prologue;
    if (version >= 4 && maximumOperations === 0) {
      const text = 'maximum_operations_per_instruction value is 0, which is invalid. Assuming a value of 1 instead';
      this.#tell(opcode, opcodeOffset, text);
    }
    if (maximumOperations > 1) {
      const value = `maximum_operations_per_instruction value is ${maximumOperations}`;
      const text = `${value}, which is experimentally supported, so line number information may be incorrect`;
      this.#tell(opcode, opcodeOffset, text);
    }
    if (minimumInstructionLength === 0) {
      const text = 'minimum_instruction_length value is 0, which prevents any address advancing';
      this.#tell(opcode, opcodeOffset, text);
    }
  }

  #tell(opcode: number, opcodeOffset: number, value: string): void {
    const name = opcode < this.#prologue.opcodeBase ? nameOfLns(opcode) : 'special';
    const program = `line table program at offset ${hex8(this.#prologue.offset)}`;
    this.#messages.push(
      `${program} contains a ${name} opcode at offset ${hex8(opcodeOffset)}, but the prologue ${value}`,
    );
  }
}
