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

  /** Whether the program has come to its end. */
  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** Runs until `rows` is full or the program ends. */
  run(rows: LineRowBuffer): void {
    const header = this.#header;
    const { bytes } = this.#section;
    const end = this.#end;
    const { opcodeBase, minimumInstructionLength } = header;
    const maximumOperations = Math.max(1, header.maximumOperations);
    const { advances, deltas } = this.#steps;
    const { capacity, files, lines, columns, discriminators, flags: flagColumn, sequences } = rows;
    let { addresses } = rows;
    // Past here an address does not fit its column.
    let largest = addresses instanceof Float64Array ? Number.POSITIVE_INFINITY : TWO_32 - 1;
    let row = rows.count;
    let at = this.#at;
    let address = this.#address;
    let file = this.#file;
    let line = this.#line;
    let column = this.#column;
    let discriminator = this.#discriminator;
    let flags = this.#flags;
    let firstRow = this.#firstRow;
    let dead = this.#dead;

    while (at < end && row < capacity) {
      const opcode = bytes[at++]!;
      if (opcode >= opcodeBase && opcode !== 0) {
        line = (line + deltas[opcode]!) | 0;
        if (maximumOperations === 1) {
          address += advances[opcode]!;
        } else {
          const operations = ((flags >>> 16) & 0xff) + advances[opcode]!;
          address += minimumInstructionLength * Math.floor(operations / maximumOperations);
          flags = (flags & 0xffff) | ((operations % maximumOperations) << 16);
        }
      } else {
        switch (opcode) {
          case DW_LNS.copy:
            break;
          case DW_LNS.advance_pc: {
            let operand = bytes[at++]!;
            if (operand >= 0x80) {
              operand = longUleb(bytes, at - 1, end);
              at = lebEnd;
            }
            if (maximumOperations === 1) {
              address += minimumInstructionLength * operand;
            } else {
              const operations = ((flags >>> 16) & 0xff) + operand;
              address += minimumInstructionLength * Math.floor(operations / maximumOperations);
              flags = (flags & 0xffff) | ((operations % maximumOperations) << 16);
            }
            // A step back, written as one of almost 2^64 forward, has brought it below 0.
            if (address < 0) address += TWO_64;
            continue;
          }
          case DW_LNS.advance_line: {
            const operand = bytes[at++]!;
            if (operand < 0x80) {
              line = (line + ((operand << 25) >> 25)) | 0;
              continue;
            }
            // Most steps between lines of different functions take two bytes.
            const second = at < end ? bytes[at]! : 0x80;
            if (second < 0x80) {
              line = (line + ((((second << 7) | (operand & 0x7f)) << 18) >> 18)) | 0;
              at++;
            } else {
              line = (line + longSleb(bytes, at - 1, end)) | 0;
              at = lebEnd;
            }
            continue;
          }
          case DW_LNS.set_file:
            file = bytes[at++]!;
            if (file >= 0x80) {
              file = longUleb(bytes, at - 1, end) | 0;
              at = lebEnd;
            }
            continue;
          case DW_LNS.set_column:
            column = bytes[at++]!;
            if (column >= 0x80) {
              column = longUleb(bytes, at - 1, end) | 0;
              at = lebEnd;
            }
            continue;
          case DW_LNS.negate_stmt:
            flags ^= LINE_FLAG.is_stmt;
            continue;
          case DW_LNS.set_basic_block:
            flags |= LINE_FLAG.basic_block;
            continue;
          case DW_LNS.const_add_pc:
            if (maximumOperations === 1) {
              address += advances[255]!;
            } else {
              const operations = ((flags >>> 16) & 0xff) + advances[255]!;
              address += minimumInstructionLength * Math.floor(operations / maximumOperations);
              flags = (flags & 0xffff) | ((operations % maximumOperations) << 16);
            }
            continue;
          case DW_LNS.fixed_advance_pc:
            if (at + 2 <= end) address += bytes[at]! | (bytes[at + 1]! << 8);
            at += 2;
            flags &= 0xffff;
            continue;
          case DW_LNS.set_prologue_end:
            flags |= LINE_FLAG.prologue_end;
            continue;
          case DW_LNS.set_epilogue_begin:
            flags |= LINE_FLAG.epilogue_begin;
            continue;
          case DW_LNS.set_isa: {
            const isa = longUleb(bytes, at, end);
            at = lebEnd;
            flags = (flags & 0xff00ff) | ((isa & 0xff) << 8);
            continue;
          }
          case 0: {
            const lengthAt = at;
            let length = bytes[at++]!;
            if (length >= 0x80) {
              length = longUleb(bytes, lengthAt, end);
              at = lebEnd;
            }
            if (at > end || length < 0) {
              // Without a length there is nothing to go on after; LLVM takes its bytes for opcodes.
              this.#odd('error', 'lines/opcode-length', 'extended opcode of a length that cannot be read', lengthAt);
              at = lengthAt;
              continue;
            }
            if (length === 0) {
              this.#odd('warning', 'lines/opcode-length', 'extended opcode of length 0; left out', lengthAt);
              continue;
            }
            const operands = at + 1;
            const next = at + length <= end ? at + length : end + 1;
            const extended = at < end ? bytes[at] : undefined;
            at = next;
            if (extended === DW_LNE.set_discriminator) {
              discriminator = longUleb(bytes, operands, end) | 0;
              if (lebEnd > end) discriminator = 0;
              if (lebEnd !== next) this.#oddLength(lengthAt, next - operands, lebEnd - operands);
              continue;
            }
            if (extended === DW_LNE.set_address) {
              const size = length - 1;
              if (size !== header.addressSize) this.#oddLength(lengthAt, size, header.addressSize);
              if (size !== 1 && size !== 2 && size !== 4 && size !== 8) continue;
              if (next <= end) {
                const low = littleEndian(bytes, operands, Math.min(size, 4));
                const high = size === 8 ? littleEndian(bytes, operands + 4, 4) : 0;
                address = low + high * TWO_32;
                dead = size === 8 ? low === TWO_32 - 1 && high === TWO_32 - 1 : low === 2 ** (8 * size) - 1;
                if (dead) this.#odd('note', 'lines/dead-code', 'rows of code that is gone; left out', lengthAt);
              }
              flags &= 0xffff;
              continue;
            }
            if (extended !== DW_LNE.end_sequence) {
              this.#other(extended, lengthAt, operands, next);
              continue;
            }
            if (length !== 1) this.#oddLength(lengthAt, length - 1, 0);
            flags |= LINE_FLAG.end_sequence;
            break;
          }
          default:
            // What the header gives no length to (it gives one to every opcode below its base) is not here.
            for (let left = header.standardOpcodeLengths[opcode - 1]!; left > 0 && at <= end; left--) {
              longUleb(bytes, at, end);
              at = lebEnd;
            }
            continue;
        }
      }

      if (!dead) {
        if (firstRow < 0) {
          firstRow = row;
          this.#start = address;
        }
        if (address > largest) {
          addresses = rows.widen(row);
          largest = Number.POSITIVE_INFINITY;
        }
        addresses[row] = address;
        files[row] = file;
        lines[row] = line;
        columns[row] = column;
        discriminators[row] = discriminator;
        flagColumn[row++] = flags;
        discriminator = 0;
        if ((flags & LINE_FLAG.end_sequence) === 0) {
          flags &= KEPT;
          continue;
        }
        // An empty sequence, or one that ends before it starts, covers nothing.
        if (this.#start < address) sequences.push(firstRow, row, this.#start, address);
      }
      if ((flags & LINE_FLAG.end_sequence) !== 0) {
        address = 0;
        file = 1;
        line = 1;
        column = 0;
        discriminator = 0;
        flags = header.defaultIsStatement ? LINE_FLAG.is_stmt : 0;
        firstRow = -1;
      }
    }

    rows.count = row;
    this.#at = at;
    this.#address = address;
    this.#file = file;
    this.#line = line;
    this.#column = column;
    this.#discriminator = discriminator;
    this.#flags = flags;
    this.#firstRow = firstRow;
    this.#dead = dead;
    if (at >= end) this.#finish();
  }

  /** Extended opcodes that are seldom, or unknown. */
  #other(opcode: number | undefined, lengthAt: number, operands: number, next: number): void {
    if (opcode !== DW_LNE.define_file) {
      const name = opcode === undefined ? 'cut off' : `0x${opcode.toString(16)}, which is unknown`;
      this.#odd('note', 'lines/unknown-opcode', `extended opcode ${name}; left out`, lengthAt);
      return;
    }
    const { base } = this.#section;
    try {
      const reader = new ByteReader(this.#section.part(operands - base, this.#header.end));
      this.definedFiles.push(readNamedFile(reader));
      const read = reader.offset + base;
      if (read !== next) this.#oddLength(lengthAt, next - operands, read - operands);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.#odd('error', 'lines/file-table', `file definition cannot be read: ${error.message}; left out`, lengthAt);
    }
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
  /** Bytes that the address goes forward; operations, where instructions hold several. */
  readonly advances: Uint16Array;
  readonly deltas: Int16Array;
}

let lastKey = '';
let lastSteps: SpecialSteps | undefined;

/** The units of a module nearly always have the same special opcodes. */
function specialSteps(header: LineHeader): SpecialSteps {
  const { opcodeBase, lineBase, lineRange, minimumInstructionLength, maximumOperations } = header;
  const unit = maximumOperations > 1 ? 1 : minimumInstructionLength;
  const key = `${opcodeBase} ${lineBase} ${lineRange} ${unit}`;
  if (key === lastKey && lastSteps !== undefined) return lastSteps;
  const advances = new Uint16Array(256);
  const deltas = new Int16Array(256);
  if (lineRange > 0) {
    for (let opcode = 0; opcode < 256; opcode++) {
      const adjusted = (opcode - opcodeBase) & 0xff;
      advances[opcode] = Math.floor(adjusted / lineRange) * unit;
      deltas[opcode] = lineBase + (adjusted % lineRange);
    }
  }
  lastKey = key;
  lastSteps = { advances, deltas };
  return lastSteps;
}
