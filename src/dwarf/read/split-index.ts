import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { DW_SECT, DW_SECT_GNU } from '../constants/sections.ts';
import type { Contribution } from './sections.ts';

/** Sections that units of a package file have parts of, by the names that they have without `.dwo`. */
export type PackagedSection =
  | '.debug_info'
  | '.debug_types'
  | '.debug_abbrev'
  | '.debug_line'
  | '.debug_loc'
  | '.debug_loclists'
  | '.debug_str_offsets'
  | '.debug_macinfo'
  | '.debug_macro'
  | '.debug_rnglists';

/** The parts of a package file's sections that belong to one unit. */
export interface UnitIndexRow {
  /** The id of a compilation unit, or the signature of a type unit. */
  readonly signature: bigint;
  readonly contributions: Readonly<Partial<Record<PackagedSection, Contribution>>>;
}

const SECTIONS: Readonly<Record<number, PackagedSection>> = {
  [DW_SECT.INFO]: '.debug_info',
  [DW_SECT.ABBREV]: '.debug_abbrev',
  [DW_SECT.LINE]: '.debug_line',
  [DW_SECT.LOCLISTS]: '.debug_loclists',
  [DW_SECT.STR_OFFSETS]: '.debug_str_offsets',
  [DW_SECT.MACRO]: '.debug_macro',
  [DW_SECT.RNGLISTS]: '.debug_rnglists',
};

const GNU_SECTIONS: Readonly<Record<number, PackagedSection>> = {
  [DW_SECT_GNU.INFO]: '.debug_info',
  [DW_SECT_GNU.TYPES]: '.debug_types',
  [DW_SECT_GNU.ABBREV]: '.debug_abbrev',
  [DW_SECT_GNU.LINE]: '.debug_line',
  [DW_SECT_GNU.LOC]: '.debug_loc',
  [DW_SECT_GNU.STR_OFFSETS]: '.debug_str_offsets',
  [DW_SECT_GNU.MACINFO]: '.debug_macinfo',
  [DW_SECT_GNU.MACRO]: '.debug_macro',
};

/**
 * The index of a package file's units: `.debug_cu_index` or `.debug_tu_index`, in version 5 (DWARF 5, section 7.3.5.3)
 * or GNU's version 2.
 *
 * Rows count from 0 here, from 1 in the file.
 */
export class UnitIndex {
  /** 2 or 5. */
  readonly version: number;
  /** How many units. */
  readonly count: number;
  /** `DW_SECT`, or `DW_SECT_GNU` in version 2, of each column. */
  readonly columns: readonly number[];
  readonly #section: Window;
  readonly #slots: number;
  readonly #hashOffset: number;
  /** Where the rows of offsets start; the sizes follow. */
  readonly #offsetsOffset: number;

  /** @throws FormatError `unknown-version`, `bad-value` or `unexpected-end`. */
  constructor(section: Window) {
    this.#section = section;
    const reader = new ByteReader(section);
    // Version 2 took four bytes for it; since 5 it takes two, and two of padding.
    const version = reader.u32();
    this.version = version === 2 ? 2 : version & 0xffff;
    if (this.version !== 2 && this.version !== 5) {
      throw reader.error('unknown-version', `version ${this.version} of a unit index`, section.start);
    }
    const columns = reader.u32();
    this.count = reader.u32();
    this.#slots = reader.u32();
    // Probing needs a power of two, and a free slot to end at.
    if ((this.#slots & (this.#slots - 1)) !== 0) {
      throw reader.error('bad-value', `${this.#slots} slots in a unit index`, reader.offset - 4);
    }
    this.#hashOffset = reader.offset;
    reader.skip(this.#slots * 12);
    if (columns * 4 > reader.left) reader.skip(columns * 4);
    this.columns = Array.from({ length: columns }, () => reader.u32());
    this.#offsetsOffset = reader.offset;
    reader.skip(this.count * columns * 8);
  }

  /** The row of a unit; `undefined` where the package has no such unit. @throws FormatError `bad-value`. */
  find(signature: bigint): UnitIndexRow | undefined {
    const slots = this.#slots;
    if (slots === 0) return undefined;
    // Slots are a power of two, so that bits of the signature are its hash, and an odd step comes by every slot.
    const mask = slots - 1;
    let slot = Number(signature & 0xffff_ffffn) & mask;
    const step = (Number((signature >> 32n) & 0xffff_ffffn) & mask) | 1;
    const reader = new ByteReader(this.#section);
    for (let probes = 0; probes < slots; probes++) {
      reader.seek(this.#hashOffset + slots * 8 + slot * 4);
      const row = reader.u32();
      if (row === 0) return undefined;
      reader.seek(this.#hashOffset + slot * 8);
      if (reader.u64Bits() === signature) return this.#row(signature, row);
      slot = (slot + step) & mask;
    }
    return undefined;
  }

  /** All rows, in the order of the hash table. @throws FormatError `bad-value`. */
  *rows(): Generator<UnitIndexRow> {
    const signatures = new ByteReader(this.#section, this.#hashOffset);
    const rows = new ByteReader(this.#section, this.#hashOffset + this.#slots * 8);
    for (let slot = 0; slot < this.#slots; slot++) {
      const signature = signatures.u64Bits();
      const row = rows.u32();
      if (row !== 0) yield this.#row(signature, row);
    }
  }

  #row(signature: bigint, row: number): UnitIndexRow {
    const { columns, count } = this;
    const offsets = this.#offsetsOffset + (row - 1) * columns.length * 4;
    const reader = new ByteReader(this.#section);
    if (row > count) throw reader.error('bad-value', `row ${row} of a unit index with ${count}`, this.#hashOffset);
    const names = this.version === 2 ? GNU_SECTIONS : SECTIONS;
    const contributions: Partial<Record<PackagedSection, Contribution>> = {};
    columns.forEach((column, index) => {
      const name = names[column];
      // What a later version, or a vendor, has put there is not ours to read.
      if (name === undefined) return;
      reader.seek(offsets + index * 4);
      const offset = reader.u32();
      reader.seek(offsets + (count * columns.length + index) * 4);
      contributions[name] = { offset, size: reader.u32() };
    });
    return { signature, contributions };
  }
}
