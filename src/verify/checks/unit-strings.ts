import type { Unit } from '../../dwarf/read/unit.ts';
import { isFormatError } from '../../errors.ts';
import type { EntryFindings } from '../entry-findings.ts';
import { hex } from '../hex.ts';

/** Where the strings of a unit's entries may be. */
export class UnitStrings {
  /** Bytes of `.debug_str`, -1 where it is not there. */
  readonly size: number;
  /** The same of `.debug_line_str`. */
  readonly lineSize: number;
  /** Indexes of strings that are within `.debug_str_offsets`, -1 where that is not there. */
  readonly count: number;
  readonly #found: EntryFindings;

  constructor(unit: Unit, found: EntryFindings) {
    const { sections } = unit.dwarf;
    this.#found = found;
    this.size = sections.section('.debug_str')?.size ?? -1;
    this.lineSize = sections.section('.debug_line_str')?.size ?? -1;
    this.count = countOffsets(unit);
  }

  /** @param which 0 for `.debug_str`, 1 for `.debug_line_str`. */
  outside(offset: number, scope: number, tag: number, which: number, value: number): void {
    const name = which === 0 ? '.debug_str' : '.debug_line_str';
    const size = which === 0 ? this.size : this.lineSize;
    const message = `string at ${hex(value)} of ${name}, which ${size < 0 ? 'is not there' : `has ${hex(size)} bytes`}`;
    this.#found.add('strings/outside-section', message, offset, scope, tag);
  }

  badIndex(offset: number, scope: number, tag: number, value: number): void {
    const table = this.count < 0 ? 'a table that is not there' : `a table with ${this.count}`;
    this.#found.add('strings/index', `string ${value} of ${table}`, offset, scope, tag);
  }
}

/** Indexes count from the unit's base: the first one that is outside the section tells how many there are. */
function countOffsets(unit: Unit): number {
  const section = unit.dwarf.sections.section('.debug_str_offsets');
  if (section === undefined) return -1;
  try {
    return Math.max(0, Math.floor((section.end - unit.bases.strings) / unit.header.offsetSize));
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return -1;
  }
}
