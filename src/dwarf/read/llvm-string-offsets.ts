import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { FormatError, isFormatError } from '../../errors.ts';
import { DW_AT } from '../constants/attributes.ts';
import type { Unit } from './unit.ts';

/**
 * Why LLVM takes none of a unit's string offsets (`parseDWARFStringOffsetsTableHeader`), in its words; `undefined` where
 * it does, and where LLVM's ways are not followed.
 */
export function stringOffsetsDamage(unit: Unit): string | undefined {
  const { sections, likeLlvm } = unit.dwarf;
  if (!likeLlvm || unit.version < 5) return undefined;
  const section = sections.section('.debug_str_offsets');
  const isNamed = sections.suffix === '.dwo' ? section !== undefined : unit.root?.has(DW_AT.str_offsets_base) === true;
  try {
    return isNamed ? contributionDamage(section, unit.bases.strings, unit.header.offsetSize) : undefined;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}

/** Such a unit's strings and range lists are not there for LLVM. @throws FormatError then. */
export function refuseStringOffsets(unit: Unit): void {
  const damage = unit.stringOffsetsDamage;
  if (damage !== undefined) throw new FormatError('bad-offset', '.debug_str_offsets', unit.bases.strings, damage);
}

/** @param base where the offsets start, behind the header. */
function contributionDamage(section: Window | undefined, base: number, offsetSize: 4 | 8): string | undefined {
  const headerSize = offsetSize === 8 ? 16 : 8;
  if (base < headerSize) return `insufficient space for ${8 * offsetSize} bit header prefix`;
  if (section === undefined || base > section.end) return 'section offset exceeds section size';
  const reader = new ByteReader(section, base - headerSize);
  const length = reader.u32();
  if (offsetSize === 8 && length !== 0xffff_ffff) return '32 bit contribution referenced from a 64 bit unit';
  if (offsetSize === 4 && length >= 0xffff_fff0) return 'invalid length';
  const size = (offsetSize === 8 ? reader.unsigned(8) : length) - 4;
  const whole = Math.ceil(size / offsetSize) * offsetSize;
  return size >= 0 && base + whole <= section.end ? undefined : 'length exceeds section size';
}
