import { ByteReader } from '../../bytes/byte-reader.ts';
import { isFormatError } from '../../errors.ts';
import { DW_AT } from '../constants/attributes.ts';
import type { Dwarf } from '../read/dwarf.ts';
import type { Unit } from '../read/unit.ts';
import { type DebugSections, DwarfWriter } from '../write/dwarf.ts';
import { Reencoder } from './reencoder.ts';

/** Sections that are written as they are: nothing in them changes its meaning when others are written anew. */
const KEPT = ['.debug_addr', '.debug_frame', '.debug_macinfo', '.debug_gdb_scripts'];

/** Sections with macros: what they refer to has to stay where it is, but for line tables. */
const MACROS = '.debug_macro';

/**
 * Writes debug information anew: all entries, line tables, ranges and locations, in smaller forms.
 *
 * Indexes of names are left out (`.debug_names` and the older ones): what they point to is elsewhere now. Split files
 * stay as they are.
 *
 * @param make gives the reencoder that overrides parts; without it all stays the same.
 */
export function reencodeDwarf(
  dwarf: Dwarf,
  make: (dwarf: Dwarf, writer: DwarfWriter) => Reencoder = (...parts) => new Reencoder(...parts),
): DebugSections {
  const writer = new DwarfWriter();
  keepSections(dwarf, writer);
  const reencoder = make(dwarf, writer);
  const units = reencoder.label([...dwarf.units, ...dwarf.typeUnits]);
  for (const unit of units) reencoder.writeUnit(unit);
  const macros = dwarf.sections.named(MACROS);
  if (macros !== undefined) {
    // Where the macros of a unit say which line table theirs is.
    const tables = new Map<number, number>();
    for (const unit of units) {
      const offset = macroOffset(unit);
      const table = reencoder.lineTableOf(unit);
      if (offset !== undefined && table !== undefined) tables.set(offset, table);
    }
    writer.section(MACROS, () => withLineTables(macros.toBytes().slice(), tables, writer, dwarf));
  }
  return writer.finish();
}

function keepSections(dwarf: Dwarf, writer: DwarfWriter): void {
  for (const name of KEPT) {
    const section = dwarf.sections.named(name);
    if (section !== undefined) writer.section(name, () => section.toBytes());
  }
  const strings = dwarf.sections.section('.debug_str');
  if (strings !== undefined && dwarf.sections.named(MACROS) !== undefined) writer.keepStrings(strings.toBytes());
  // Split units of GNU's kind count in the linked file's range lists.
  const ranges = dwarf.sections.section('.debug_ranges');
  const skeleton = dwarf.units.find(isGnuSkeleton);
  if (ranges !== undefined && skeleton !== undefined) writer.keepRanges(ranges.toBytes(), skeleton.header);
}

function isGnuSkeleton(unit: Unit): boolean {
  try {
    return unit.root?.has(DW_AT.GNU_ranges_base) === true;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return false;
  }
}

function macroOffset(unit: Unit): number | undefined {
  try {
    const value = unit.root?.value(DW_AT.macros) ?? unit.root?.value(DW_AT.GNU_macros);
    return value?.class === 'section-offset' ? value.offset : undefined;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}

/** Fills in where line tables stand now (DWARF 5, section 6.3.1). */
function withLineTables(
  bytes: Uint8Array,
  tables: ReadonlyMap<number, number>,
  writer: DwarfWriter,
  dwarf: Dwarf,
): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [offset, table] of tables) {
    try {
      const reader = new ByteReader(dwarf.sections.named(MACROS)!, offset);
      reader.skip(2);
      const flags = reader.u8();
      if ((flags & 2) === 0) continue;
      view.setUint32(reader.offset, writer.lineOffset(table), true);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      dwarf.damage('macros/header', error);
    }
  }
  return bytes;
}
