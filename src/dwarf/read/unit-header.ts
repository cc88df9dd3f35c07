import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { FormatError } from '../../errors.ts';
import { DW_UT } from '../constants/unit-types.ts';
import type { Encoding } from '../model/encoding.ts';

/** The header of a unit in `.debug_info` or `.debug_types` (DWARF 5, section 7.5.1; DWARF 4, section 7.5.1). */
export interface UnitHeader extends Encoding {
  /** Where the header starts, from the start of its section. */
  readonly offset: number;
  /** Where the unit ends. */
  readonly end: number;
  /** Where the root entry starts. */
  readonly entriesOffset: number;
  /** `DW_UT`; before DWARF 5 what the section says. */
  readonly unitType: number;
  readonly abbreviationsOffset: number;
  /** The id that a skeleton and its split unit share, where the header has it. */
  readonly splitId: bigint | undefined;
  /** The signature of a type unit. */
  readonly typeSignature: bigint | undefined;
  /** Where a type unit's type starts, from the start of the unit. */
  readonly typeOffset: number | undefined;
}

/**
 * Reads the unit header at `offset`.
 *
 * @throws FormatError `unexpected-end`, `unknown-version` or `unknown-code`; see {@link unitEnd} for going on after it.
 */
export function readUnitHeader(section: Window, offset: number, isTypes: boolean): UnitHeader {
  const reader = new ByteReader(section, offset);
  const { length, offsetSize } = readInitialLength(reader);
  const end = reader.offset + length;
  if (!(length <= reader.left)) {
    throw new FormatError('unexpected-end', section.section, offset, `unit of ${length} bytes, ${reader.left} left`);
  }
  const versionOffset = reader.offset;
  const version = reader.u16();
  if (version < 2 || version > 5) {
    throw new FormatError('unknown-version', section.section, versionOffset, `version ${version} of a unit`);
  }
  let unitType: number = isTypes ? DW_UT.type : DW_UT.compile;
  let addressSize: number;
  let abbreviationsOffset: number;
  let splitId: bigint | undefined;
  let typeSignature: bigint | undefined;
  let typeOffset: number | undefined;
  if (version >= 5) {
    const typeAt = reader.offset;
    unitType = reader.u8();
    addressSize = reader.u8();
    abbreviationsOffset = reader.unsigned(offsetSize);
    switch (unitType) {
      case DW_UT.compile:
      case DW_UT.partial:
        break;
      case DW_UT.skeleton:
      case DW_UT.split_compile:
        splitId = reader.u64Bits();
        break;
      case DW_UT.type:
      case DW_UT.split_type:
        typeSignature = reader.u64Bits();
        typeOffset = reader.unsigned(offsetSize);
        break;
      default:
        throw new FormatError('unknown-code', section.section, typeAt, `unit type 0x${unitType.toString(16)}`);
    }
  } else {
    abbreviationsOffset = reader.unsigned(offsetSize);
    addressSize = reader.u8();
    if (isTypes) {
      typeSignature = reader.u64Bits();
      typeOffset = reader.unsigned(offsetSize);
    }
  }
  if (addressSize !== 2 && addressSize !== 4 && addressSize !== 8) {
    throw new FormatError('bad-value', section.section, offset, `address size of ${addressSize}`);
  }
  if (reader.offset > end) {
    throw new FormatError(
      'unexpected-end',
      section.section,
      offset,
      `unit of ${length} bytes, too short for its header`,
    );
  }
  return {
    offset,
    end,
    entriesOffset: reader.offset,
    version,
    addressSize,
    offsetSize,
    unitType,
    abbreviationsOffset,
    splitId,
    typeSignature,
    typeOffset,
  };
}

/** A length and the size of offsets that it announces (DWARF 5, section 7.4). */
export function readInitialLength(reader: ByteReader): { length: number; offsetSize: 4 | 8 } {
  const offset = reader.offset;
  const length = reader.u32();
  if (length < 0xffff_fff0) return { length, offsetSize: 4 };
  if (length === 0xffff_ffff) return { length: reader.u64(), offsetSize: 8 };
  throw reader.error('bad-value', `reserved unit length 0x${length.toString(16)}`, offset);
}

/**
 * Where the unit at `offset` ends, by its length alone: for going on after a header that cannot be read.
 * `undefined` where the length reaches outside the section.
 */
export function unitEnd(section: Window, offset: number): number | undefined {
  try {
    const reader = new ByteReader(section, offset);
    const { length } = readInitialLength(reader);
    return length <= reader.left ? reader.offset + length : undefined;
  } catch {
    return undefined;
  }
}
