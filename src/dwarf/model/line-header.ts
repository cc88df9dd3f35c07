import type { Encoding } from './encoding.ts';

/** A directory of a line table's header. */
export interface LineDirectory {
  /** As it is recorded: absolute, or relative to the compilation directory. */
  readonly path: string;
}

/** A source file of a line table's header. */
export interface LineFile {
  /** As it is recorded: absolute, or relative to its directory. */
  readonly name: string;
  /** An index into the directories, from 0 in DWARF 5; before, from 1, and 0 is the compilation directory. */
  readonly directory: number;
  /** When it was last changed, in a unit that is the producer's own; 0 is unknown. */
  readonly modified: number;
  /** In bytes; 0 is unknown. */
  readonly size: number;
  /** MD5 of the source, 32 lower-case hexadecimal digits. */
  readonly md5: string | undefined;
  /** The source itself, where it is embedded. */
  readonly source: string | undefined;
}

/** The header of a line table (DWARF 5, section 6.2.4). */
export interface LineHeader extends Encoding {
  /** Where the header starts in `.debug_line`. */
  readonly offset: number;
  /** Where the table ends. */
  readonly end: number;
  /** Where the line program starts. */
  readonly programOffset: number;
  /** Bytes of a segment selector: 0 where there are none. */
  readonly segmentSelectorSize: number;
  /** What an advance of the address register by one adds to it. */
  readonly minimumInstructionLength: number;
  /** Operations that one instruction can hold: 1 but for VLIW targets. */
  readonly maximumOperations: number;
  readonly defaultIsStatement: boolean;
  /** The smallest number that a special opcode adds to the line register. */
  readonly lineBase: number;
  /** How many numbers a special opcode can add to the line register. */
  readonly lineRange: number;
  /** The first special opcode. */
  readonly opcodeBase: number;
  /** LEB128 operands of each standard opcode; the first is that of opcode 1. */
  readonly standardOpcodeLengths: Uint8Array;
  readonly directories: readonly LineDirectory[];
  readonly files: readonly LineFile[];
}
