import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { DW_FORM } from '../../dwarf/constants/forms.ts';
import type { Encoding } from '../../dwarf/model/encoding.ts';
import type { Abbreviation } from '../../dwarf/read/abbreviations.ts';
import { fixedFormSize, skipForm } from '../../dwarf/read/forms.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import { isFormatError } from '../../errors.ts';
import { hex8 } from './data-cursor.ts';

/** The entry of a unit that ends LLVM's walk through them. */
export interface EntryDamage {
  /** What LLVM says. */
  readonly message: string;
  /** How many entries were read before. */
  readonly entries: number;
  /** Whether the last of them closes a list of siblings. */
  readonly endsWithNull: boolean;
}

/** Walks through a unit as LLVM does (`DWARFDebugInfoEntry::extractFast`); `undefined` where it gets to the end. */
export function findEntryDamage(unit: Unit): EntryDamage | undefined {
  let entries = 0;
  let endsWithNull = false;
  const message = walk(unit, (isNull) => {
    entries++;
    endsWithNull = isNull;
  });
  return message === undefined ? undefined : { message, entries, endsWithNull };
}

function walk(unit: Unit, count: (isNull: boolean) => void): string | undefined {
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
        count(true);
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
        if (error.code !== 'unknown-code') return describeOverrun(unit, endOfValue(section, at, form, header));
        const place = `contains invalid FORM_* 0x${form.toString(16)} at offset ${hex8(at)}`;
        return `DWARF unit at offset ${hex8(header.offset)} ${place}`;
      }
    }
    count(false);
    if (abbreviation.hasChildren) depth++;
    else if (depth === 0) return undefined;
  } while (depth > 0);
  return undefined;
}

/** Where a value ends that reaches past the end of the section. */
function endOfValue(section: Window, at: number, form: number, encoding: Encoding): number {
  const size = fixedFormSize(form, encoding);
  if (size !== undefined) return at + size;
  const reader = new ByteReader(section, at);
  try {
    switch (form) {
      case DW_FORM.block:
      case DW_FORM.exprloc:
        return reader.uleb() + reader.offset;
      case DW_FORM.block1:
        return reader.u8() + reader.offset;
      case DW_FORM.block2:
        return reader.u16() + reader.offset;
      case DW_FORM.block4:
        return reader.u32() + reader.offset;
      default:
        return section.end;
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return section.end;
  }
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
