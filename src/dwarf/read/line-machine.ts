import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { type Diagnostic, ignore, type Report } from '../../diagnostics.ts';
import { isFormatError } from '../../errors.ts';
import { DW_LNE, DW_LNS } from '../constants/line.ts';
import type { LineFile, LineHeader } from '../model/line-header.ts';
import { LINE_FLAG } from '../model/line-row.ts';
import { readNamedFile } from './line-header.ts';
import type { LineRowBuffer } from './line-row-buffer.ts';

const TWO_32 = 0x1_0000_0000;
const TWO_64 = TWO_32 * TWO_32;

/** What of a row's flags the next row has too: the statement flag, the instruction set and the operation's index. */
const KEPT = 0xffff_ff00 | LINE_FLAG.is_stmt;

/** All of a row's flags but the operation's index. */
const NO_OPERATION = 0xffff;

/**
 * The state machine that runs a line program (DWARF 5, section 6.2).
 *
 * Where a program is damaged it does what LLVM 19 does, and reports it: extended opcodes end where their length says;
 * an operand that is cut off ends the program; rows after an address of all ones stand for code that is gone and are
 * left out, up to the next address; a sequence without an end is none.
 */
export class LineMachine {
  /** Files that the program defines; their indexes go on after those of the header. */
  readonly definedFiles: LineFile[] = [];
  readonly #header: LineHeader;
  readonly #report: Report;
  readonly #section: Window;
  readonly #steps: SpecialSteps;
  /** Absolute in the file image, as `#end`. */
  #at: number;
  readonly #end: number;
  #address = 0;
  #file = 1;
  #line = 1;
  #column = 0;
  #discriminator = 0;
  /** As in `LineRowBuffer.flags`. */
  #flags: number;
  /** Index of the sequence's first row, -1 before it. */
  #firstRow = -1;
  #start = 0;
  /** Whether the rows stand for code that is gone. */
  #dead = false;

  /** @param section the one that the header was read from. */
  constructor(section: Window, header: LineHeader, report: Report = ignore) {
    this.#header = header;
    this.#report = report;
    this.#section = section;
    this.#steps = specialSteps(header);
    this.#at = section.base + header.programOffset;
    this.#end = section.base + header.end;
    this.#flags = header.defaultIsStatement ? LINE_FLAG.is_stmt : 0;
    section.load(header.programOffset, header.end);
  }

  /** Where the next opcode stands, from the start of the section. */
  get offset(): number {
    return this.#at - this.#section.base;
  }

  /** Whether the program has come to its end. */
  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** Runs until `rows` is full or the program ends. */
  run(rows: LineRowBuffer): void {
    while (!this.done && rows.count < rows.capacity) {
      // Targets whose instructions hold several operations are rare enough to be slow.
      if (this.#header.maximumOperations <= 1) this.#runFrequent(rows);
      if (!this.done && rows.count < rows.capacity) this.#step(rows);
    }
    if (this.done) this.#finish();
  }

  /**
   * Runs the opcodes that make up nearly all of a program, with the registers in local variables, up to one that is not
   * among them. It is small so that it is optimized soon: the first unit of a module is often its only one.
   */
  #runFrequent(rows: LineRowBuffer): void {
    const { bytes } = this.#section;
    const end = this.#end;
    const { opcodeBase, minimumInstructionLength } = this.#header;
    const { advances, deltas } = this.#steps;
    const { capacity, addresses, files, lines, columns, discriminators, flags: flagColumn } = rows;
    // Past here an address does not fit its column, and before the first row or in dead code a row is not only a row.
    const largest = this.#dead || this.#firstRow < 0 ? -1 : addresses instanceof Float64Array ? TWO_64 : TWO_32 - 1;
    let row = rows.count;
    let at = this.#at;
    let address = this.#address;
    let file = this.#file;
    let line = this.#line;
    let column = this.#column;
    let discriminator = this.#discriminator;
    let flags = this.#flags;

    loop: while (at < end && row < capacity) {
      const opcode = bytes[at]!;
      if (opcode >= opcodeBase) {
        if (opcode === 0 || !(address + advances[opcode]! <= largest)) break;
        at++;
        address += advances[opcode]!;
        line = (line + deltas[opcode]!) | 0;
      } else {
        const operand = at + 1 < end ? bytes[at + 1]! : 0x80;
        switch (opcode) {
          case DW_LNS.advance_line:
            if (operand < 0x80) {
              line = (line + ((operand << 25) >> 25)) | 0;
              at += 2;
            } else {
              // Steps from one function to another take two bytes in files of usual length, three in amalgamated ones.
              const second = at + 2 < end ? bytes[at + 2]! : 0x80;
              if (second < 0x80) {
                line = (line + ((((second << 7) | (operand & 0x7f)) << 18) >> 18)) | 0;
                at += 3;
              } else {
                const third = at + 3 < end ? bytes[at + 3]! : 0x80;
                if (third >= 0x80) break loop;
                const bits = (third << 14) | ((second & 0x7f) << 7) | (operand & 0x7f);
                line = (line + ((bits << 11) >> 11)) | 0;
                at += 4;
              }
            }
            continue;
          case DW_LNS.set_column:
            if (operand >= 0x80) break loop;
            column = operand;
            at += 2;
            continue;
          case DW_LNS.negate_stmt:
            flags ^= LINE_FLAG.is_stmt;
            at++;
            continue;
          case DW_LNS.set_file:
            if (operand >= 0x80) break loop;
            file = operand;
            at += 2;
            continue;
          case DW_LNS.const_add_pc:
            address += advances[255]!;
            at++;
            continue;
          case DW_LNS.advance_pc:
            if (operand >= 0x80) break loop;
            address += minimumInstructionLength * operand;
            at += 2;
            continue;
          case DW_LNS.copy:
            if (!(address <= largest)) break loop;
            at++;
            break;
          case DW_LNS.set_prologue_end:
            flags |= LINE_FLAG.prologue_end;
            at++;
            continue;
          case 0: {
            // A discriminator below 128 is the one extended opcode that stands within functions.
            if (operand !== 2 || at + 4 > end || bytes[at + 2] !== DW_LNE.set_discriminator) break loop;
            const value = bytes[at + 3]!;
            if (value >= 0x80) break loop;
            discriminator = value;
            at += 4;
            continue;
          }
          default:
            break loop;
        }
      }
      addresses[row] = address;
      files[row] = file;
      lines[row] = line;
      columns[row] = column;
      discriminators[row] = discriminator;
      flagColumn[row++] = flags;
      discriminator = 0;
      flags &= KEPT;
    }

    rows.count = row;
    this.#at = at;
    this.#address = address;
    this.#file = file;
    this.#line = line;
    this.#column = column;
    this.#discriminator = discriminator;
    this.#flags = flags;
  }

  /** Runs one opcode, whichever it is. */
  #step(rows: LineRowBuffer): void {
    const { bytes } = this.#section;
    const opcode = bytes[this.#at++]!;
    if (opcode === 0) {
      this.#extended(rows);
      return;
    }
    if (opcode >= this.#header.opcodeBase) {
      this.#line = (this.#line + this.#steps.deltas[opcode]!) | 0;
      this.#advance(this.#steps.operations[opcode]!);
      this.#append(rows);
      return;
    }
    switch (opcode) {
      case DW_LNS.copy:
        this.#append(rows);
        return;
      case DW_LNS.advance_pc:
        this.#advance(this.#uleb());
        return;
      case DW_LNS.advance_line:
        this.#line = (this.#line + longSleb(bytes, this.#at, this.#end)) | 0;
        this.#at = lebEnd;
        return;
      case DW_LNS.set_file:
        this.#file = this.#uleb() | 0;
        return;
      case DW_LNS.set_column:
        this.#column = this.#uleb() | 0;
        return;
      case DW_LNS.negate_stmt:
        this.#flags ^= LINE_FLAG.is_stmt;
        return;
      case DW_LNS.set_basic_block:
        this.#flags |= LINE_FLAG.basic_block;
        return;
      case DW_LNS.const_add_pc:
        this.#advance(this.#steps.operations[255]!);
        return;
      case DW_LNS.fixed_advance_pc:
        // In bytes, whatever the length of an instruction.
        if (this.#at + 2 <= this.#end) this.#address += bytes[this.#at]! | (bytes[this.#at + 1]! << 8);
        this.#at += 2;
        this.#flags &= NO_OPERATION;
        return;
      case DW_LNS.set_prologue_end:
        this.#flags |= LINE_FLAG.prologue_end;
        return;
      case DW_LNS.set_epilogue_begin:
        this.#flags |= LINE_FLAG.epilogue_begin;
        return;
      case DW_LNS.set_isa:
        this.#flags = (this.#flags & 0xff00ff) | ((this.#uleb() & 0xff) << 8);
        return;
      default:
        // The header has a length for every opcode below its base.
        for (let left = this.#header.standardOpcodeLengths[opcode - 1]!; left > 0; left--) this.#uleb();
    }
  }

  #extended(rows: LineRowBuffer): void {
    const { bytes } = this.#section;
    const end = this.#end;
    const lengthAt = this.#at;
    const length = this.#uleb();
    if (this.#at > end || length < 0) {
      // Without a length there is nothing to go on after; LLVM takes the length's bytes for opcodes.
      this.#odd('error', 'lines/opcode-length', 'extended opcode of a length that cannot be read', lengthAt);
      this.#at = lengthAt;
      return;
    }
    if (length === 0) {
      this.#odd('warning', 'lines/opcode-length', 'extended opcode of length 0; left out', lengthAt);
      return;
    }
    const opcode = this.#at < end ? bytes[this.#at] : undefined;
    const operands = this.#at + 1;
    // The length is obeyed even where the operands are shorter or longer.
    const next = this.#at + length <= end ? this.#at + length : end + 1;
    this.#at = next;
    switch (opcode) {
      case DW_LNE.end_sequence:
        if (length !== 1) this.#oddLength(lengthAt, length - 1, 0);
        this.#flags |= LINE_FLAG.end_sequence;
        this.#append(rows);
        this.#reset();
        return;
      case DW_LNE.set_address:
        this.#setAddress(lengthAt, operands, length - 1);
        return;
      case DW_LNE.set_discriminator:
        this.#discriminator = longUleb(bytes, operands, end) | 0;
        if (lebEnd !== next) this.#oddLength(lengthAt, next - operands, lebEnd - operands);
        return;
      case DW_LNE.define_file:
        this.#defineFile(lengthAt, operands);
        return;
      default: {
        const name = opcode === undefined ? 'cut off' : `0x${opcode.toString(16)}, which is unknown`;
        this.#odd('note', 'lines/unknown-opcode', `extended opcode ${name}; left out`, lengthAt);
      }
    }
  }

  #setAddress(lengthAt: number, at: number, size: number): void {
    if (size !== this.#header.addressSize) this.#oddLength(lengthAt, size, this.#header.addressSize);
    if (size !== 1 && size !== 2 && size !== 4 && size !== 8) return;
    if (at + size <= this.#end) {
      const { bytes } = this.#section;
      const low = littleEndian(bytes, at, Math.min(size, 4));
      const high = size === 8 ? littleEndian(bytes, at + 4, 4) : 0;
      this.#address = low + high * TWO_32;
      this.#dead = size === 8 ? low === TWO_32 - 1 && high === TWO_32 - 1 : low === 2 ** (8 * size) - 1;
      if (this.#dead) this.#odd('note', 'lines/dead-code', 'rows of code that is gone; left out', lengthAt);
    }
    this.#flags &= NO_OPERATION;
  }

  #defineFile(lengthAt: number, operands: number): void {
    const { base } = this.#section;
    try {
      const reader = new ByteReader(this.#section.part(operands - base, this.#header.end));
      this.definedFiles.push(readNamedFile(reader));
      const read = reader.offset + base;
      if (read !== this.#at) this.#oddLength(lengthAt, this.#at - operands, read - operands);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.#odd('error', 'lines/file-table', `file definition cannot be read: ${error.message}; left out`, lengthAt);
    }
  }

  #append(rows: LineRowBuffer): void {
    if (this.#dead) return;
    const row = rows.count++;
    if (this.#firstRow < 0) {
      this.#firstRow = row;
      this.#start = this.#address;
    }
    if (this.#address >= TWO_32 && !(rows.addresses instanceof Float64Array)) rows.widen(row);
    rows.addresses[row] = this.#address;
    rows.files[row] = this.#file;
    rows.lines[row] = this.#line;
    rows.columns[row] = this.#column;
    rows.discriminators[row] = this.#discriminator;
    rows.flags[row] = this.#flags;
    // An empty sequence, or one that ends before it starts, covers nothing.
    if ((this.#flags & LINE_FLAG.end_sequence) !== 0 && this.#start < this.#address) {
      rows.sequences.push(this.#firstRow, row + 1, this.#start, this.#address);
    }
    this.#discriminator = 0;
    this.#flags &= KEPT;
  }

  #reset(): void {
    this.#address = 0;
    this.#file = 1;
    this.#line = 1;
    this.#column = 0;
    this.#discriminator = 0;
    this.#flags = this.#header.defaultIsStatement ? LINE_FLAG.is_stmt : 0;
    this.#firstRow = -1;
  }

  /** Goes forward by operations: bytes and the operation within them (DWARF 5, section 6.2.5.1). */
  #advance(operations: number): void {
    const { minimumInstructionLength, maximumOperations } = this.#header;
    if (maximumOperations <= 1) {
      this.#address += minimumInstructionLength * operations;
    } else {
      const total = ((this.#flags >>> 16) & 0xff) + operations;
      this.#address += minimumInstructionLength * Math.floor(total / maximumOperations);
      this.#flags = (this.#flags & NO_OPERATION) | ((total % maximumOperations) << 16);
    }
    // A step back, written as one of almost 2^64 forward, has brought it below 0.
    if (this.#address < 0) this.#address += TWO_64;
  }

  #uleb(): number {
    const value = longUleb(this.#section.bytes, this.#at, this.#end);
    this.#at = lebEnd;
    return value;
  }

  #finish(): void {
    if (this.#at > this.#end) {
      this.#odd('error', 'lines/cut-off', 'line program ends within an opcode; kept as far as it goes', this.#end);
    }
    if (this.#firstRow >= 0) {
      const message = 'last sequence has no end; its rows belong to none';
      this.#odd('error', 'lines/unterminated-sequence', message, this.#end);
    }
  }

  #oddLength(at: number, length: number, needed: number): void {
    const message = `extended opcode has ${length} bytes of operands where ${needed} are needed; its length is obeyed`;
    this.#odd('warning', 'lines/opcode-length', message, at);
  }

  /** Reports what stands at `at`, absolute in the file image. */
  #odd(severity: Diagnostic['severity'], rule: string, message: string, at: number): void {
    const { section, base } = this.#section;
    this.#report({ severity, rule, message, section, offset: at - base });
  }
}

function littleEndian(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let index = size - 1; index >= 0; index--) value = value * 256 + bytes[at + index]!;
  return value;
}

/** Where the LEB128 ended that was read last; after `end` if it was cut off or has more than 64 bits. */
let lebEnd = 0;

/** An unsigned LEB128 of any size; from 2^63 on negative, the 64 bits read as two's complement. */
function longUleb(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let low = 0;
  let high = 0;
  for (let shift = 0; at < end; shift += 7) {
    const byte = bytes[at++]!;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift < 63 || (shift === 63 && bits <= 1)) high += bits * 2 ** (shift - 28);
    else if (bits !== 0) break;
    if (byte < 0x80) {
      lebEnd = at;
      return (high >= 2 ** 35 ? high - 2 ** 36 : high) * 2 ** 28 + low;
    }
  }
  lebEnd = end + 1;
  return 0;
}

/** A signed LEB128 of any size. */
function longSleb(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let low = 0;
  let high = 0;
  for (let shift = 0; at < end; ) {
    const byte = bytes[at++]!;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift < 63) high += bits * 2 ** (shift - 28);
    else if (shift === 63 && (bits === 0 || bits === 0x7f)) high += (bits & 1) * 2 ** 35;
    else if (shift === 63 || bits !== (high >= 2 ** 35 ? 0x7f : 0)) break;
    shift += 7;
    if (byte < 0x80) {
      lebEnd = at;
      if ((byte & 0x40) === 0) return high * 2 ** 28 + low;
      return shift <= 28 ? low - 2 ** shift : (high - 2 ** (Math.min(shift, 64) - 28)) * 2 ** 28 + low;
    }
  }
  lebEnd = end + 1;
  return 0;
}

/** What each special opcode does, by opcode. */
interface SpecialSteps {
  /** Operations that the address goes forward. */
  readonly operations: Uint8Array;
  /** The same in bytes, where an instruction is one operation. */
  readonly advances: Uint16Array;
  readonly deltas: Int16Array;
}

let lastKey = '';
let lastSteps: SpecialSteps | undefined;

/** The units of a module nearly always have the same special opcodes. */
function specialSteps(header: LineHeader): SpecialSteps {
  const { opcodeBase, lineBase, lineRange, minimumInstructionLength } = header;
  const key = `${opcodeBase} ${lineBase} ${lineRange} ${minimumInstructionLength}`;
  if (key === lastKey && lastSteps !== undefined) return lastSteps;
  const operations = new Uint8Array(256);
  const advances = new Uint16Array(256);
  const deltas = new Int16Array(256);
  if (lineRange > 0) {
    for (let opcode = 0; opcode < 256; opcode++) {
      const adjusted = (opcode - opcodeBase) & 0xff;
      operations[opcode] = Math.floor(adjusted / lineRange);
      advances[opcode] = operations[opcode]! * minimumInstructionLength;
      deltas[opcode] = lineBase + (adjusted % lineRange);
    }
  }
  lastKey = key;
  lastSteps = { operations, advances, deltas };
  return lastSteps;
}
