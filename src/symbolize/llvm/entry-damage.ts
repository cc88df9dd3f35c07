import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Abbreviation } from '../../dwarf/read/abbreviations.ts';
import { skipForm } from '../../dwarf/read/forms.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import { isFormatError } from '../../errors.ts';

/**
 * What LLVM says of the entry of a unit that ends its walk through them (`DWARFDebugInfoEntry::extractFast`);
 * `undefined` where it gets to the end.
 */
export function describeEntryDamage(unit: Unit): string | undefined {
  const { section, header } = unit;
  const reader = new ByteReader(section, header.entriesOffset);
  let depth = 0;
  do {
    const { offset } = reader;
    if (offset >= header.end) return describeOverrun(unit, offset);
    let abbreviation: Abbreviation | undefined;
    try {
      const code = reader.uleb();
      if (code === 0) {
        depth--;
        continue;
      }
      abbreviation = unit.shapes.table.find(code);
      if (abbreviation === undefined) {
        const valid = codeRanges(unit.shapes.table.all());
        const place = `contains invalid abbreviation ${code} at offset ${hex8(reader.offset)}`;
        return `DWARF unit at offset ${hex8(header.offset)} ${place}, valid abbreviations are ${valid}`;
      }
    } catch (error) {
      if (!isFormatError(error)) throw error;
      return undefined;
    }
    for (const { form } of abbreviation.attributes) {
      const at = reader.offset;
      try {
        skipForm(reader, form, header);
      } catch (error) {
        if (!isFormatError(error)) throw error;
        if (error.code !== 'unknown-code') return describeOverrun(unit, section.end);
        const place = `contains invalid FORM_* 0x${form.toString(16)} at offset ${hex8(at)}`;
        return `DWARF unit at offset ${hex8(header.offset)} ${place}`;
      }
    }
    if (abbreviation.hasChildren) depth++;
    else if (depth === 0) return undefined;
  } while (depth > 0);
  return undefined;
}

function describeOverrun({ header }: Unit, offset: number): string {
  const unit = `from offset ${hex8(header.offset)} incl. to offset ${hex8(header.end)} excl.`;
  return `DWARF unit ${unit} tries to read DIEs at offset ${hex8(offset)}`;
}

/** `1-8, 127, 10-20`: in the order of the table. */
function codeRanges(abbreviations: readonly Abbreviation[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const { code } of abbreviations) {
    const range = ranges.at(-1);
    if (range !== undefined && code === range.last + 1) range.last = code;
    else ranges.push({ first: code, last: code });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

function hex8(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
