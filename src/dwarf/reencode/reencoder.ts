import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { Window } from '../../bytes/window.ts';
import { isFormatError } from '../../errors.ts';
import { DW_AT } from '../constants/attributes.ts';
import { DW_FORM } from '../constants/forms.ts';
import type { Dwarf } from '../read/dwarf.ts';
import type { Attribute, Entry } from '../read/entry.ts';
import type { EntryCursor } from '../read/entry-cursor.ts';
import type { FormValue } from '../read/forms.ts';
import type { Unit } from '../read/unit.ts';
import type { WrittenBlock } from '../write/blocks.ts';
import type { DwarfWriter } from '../write/dwarf.ts';
import { KIND } from '../write/values.ts';
import {
  EXPRESSION_ATTRIBUTES,
  KEPT_OFFSETS,
  LOCATION_ATTRIBUTES,
  OBSOLETE_BASES,
  RANGE_ATTRIBUTES,
  SIZED_ATTRIBUTES,
} from './attribute-classes.ts';
import { EntryLabels } from './entry-labels.ts';
import { reencodeExpression } from './expressions.ts';
import { ReencodedLines } from './lines.ts';
import { ReencodedLocations } from './locations.ts';

/**
 * Writes what was read: entry by entry, attribute by attribute. Overriding a method changes that aspect; overriding none
 * gives the same debug information again, in forms chosen anew.
 *
 * What refers to something that is left out is left out too.
 */
export class Reencoder {
  readonly dwarf: Dwarf;
  readonly writer: DwarfWriter;
  readonly labels: EntryLabels = new EntryLabels();
  /** Whether `.debug_addr` stays: else addresses stand where they are used. */
  readonly keepsAddressTable: boolean = true;
  readonly #lines: ReencodedLines;
  readonly #locations: ReencodedLocations;

  constructor(dwarf: Dwarf, writer: DwarfWriter) {
    this.dwarf = dwarf;
    this.writer = writer;
    this.#lines = new ReencodedLines(writer);
    this.#locations = new ReencodedLocations(writer, (expression, unit) => this.expression(expression, unit));
  }

  /** Whether an entry is kept; one that is not goes with all that is in it. */
  keeps(_cursor: EntryCursor): boolean {
    return true;
  }

  /** Whether an entry is written that has a label: nothing may refer to one that is not. */
  writes(_entry: Entry): boolean {
    return true;
  }

  /** Writes the attributes of an entry that is kept. @throws FormatError where one is damaged. */
  attributes(entry: Entry): void {
    for (const attribute of entry.attributes()) this.attribute(entry, attribute);
  }

  /** Writes one attribute. @throws FormatError where it is damaged. */
  attribute(entry: Entry, attribute: Attribute): void {
    const { name, value } = attribute;
    const { unit } = entry;
    const { writer } = this;
    if (OBSOLETE_BASES.has(name)) return;
    if (name === DW_AT.stmt_list) {
      const table = this.lineTableOf(unit);
      if (table !== undefined) writer.value(name, KIND.lines, table);
      return;
    }
    if (name === DW_AT.GNU_locviews) {
      const offset = this.#locations.views(entry);
      if (offset !== undefined) writer.value(name, KIND.offset, offset);
      return;
    }
    if (isOffset(attribute, unit)) {
      const pairs = RANGE_ATTRIBUTES.has(name) ? unit.rangesOf(value) : undefined;
      if (pairs !== undefined) return writer.ranges(name, pairs, this.baseOf(unit));
      if (LOCATION_ATTRIBUTES.has(name)) {
        const offset = this.#locations.offsetOf(entry, value, this.baseOf(unit));
        if (offset !== undefined) writer.value(name, KIND.offset, offset);
        return;
      }
      if (KEPT_OFFSETS.has(name)) {
        const offset =
          value.class === 'constant' ? value.value : value.class === 'section-offset' ? value.offset : undefined;
        if (offset !== undefined && isOffsetOf(unit, offset)) writer.value(name, KIND.offset, offset);
        return;
      }
    }
    this.value(entry, attribute);
  }

  /** Writes a value that is no offset into another section. */
  value(entry: Entry, attribute: Attribute): void {
    const { name, value } = attribute;
    const { unit } = entry;
    const { writer } = this;
    switch (value.class) {
      case 'address':
        return writer.address(name, value.address);
      case 'address-index':
        if (!Number.isSafeInteger(value.index)) return;
        if (value.addend === 0 && this.keepsAddressTable) return writer.value(name, KIND.addressIndex, value.index);
        return writer.address(name, unit.address(value)!);
      case 'block': {
        const isExpression = unit.version < 4 && EXPRESSION_ATTRIBUTES.has(name);
        const block = isExpression ? this.expression(value.bytes, unit) : { bytes: value.bytes.toBytes() };
        if (block !== undefined) writer.block(name, isExpression ? KIND.expression : KIND.block, block);
        return;
      }
      case 'expression': {
        const block = this.expression(value.bytes, unit);
        if (block !== undefined) writer.block(name, KIND.expression, block);
        return;
      }
      case 'constant':
        return this.#constant(unit, attribute, value);
      case 'constant-bytes':
        return writer.block(name, KIND.data16, { bytes: value.bytes.toBytes() });
      case 'flag':
        return writer.flag(name, value.value);
      case 'section-offset':
        // What it counts in nobody knows.
        return;
      case 'list-index':
        return;
      case 'unit-reference':
        return this.#reference(name, unit.section.section, unit.offset + value.offset);
      case 'section-reference':
        return this.#reference(name, unit.section.section, value.offset);
      case 'supplementary-reference':
        if (!isOffsetOf(unit, value.offset)) return;
        return writer.value(name, KIND.supplementaryReference, value.offset);
      case 'type-signature':
        return writer.block(name, KIND.signature, { bytes: bytesOf(value.signature) });
      case 'string':
      case 'string-index':
        return writer.string(name, unit.string(value)!);
      case 'string-offset':
        if (value.section === 'supplementary') {
          if (!isOffsetOf(unit, value.offset)) return;
          return writer.value(name, KIND.supplementaryString, value.offset);
        }
        return writer.string(name, unit.string(value)!);
      default:
        return value satisfies never;
    }
  }

  /** An expression; `undefined` where it refers to what is left out. */
  expression(expression: Window, unit: Unit): WrittenBlock | undefined {
    try {
      return reencodeExpression(expression, unit.header, {
        labelOf: (offset) => this.labels.find(unit.section.section, offset),
        unitOffset: unit.offset,
        addressAt: this.keepsAddressTable ? undefined : (index) => unit.addressAt(index),
      });
    } catch (error) {
      if (!isFormatError(error)) throw error;
      // Operations that nobody knows stay as they are.
      this.dwarf.damage('expressions/damaged', error);
      return { bytes: expression.toBytes() };
    }
  }

  /** What offsets in the range and location lists of a unit count from. */
  baseOf(unit: Unit): number | undefined {
    const base = unit.baseAddress;
    return base === undefined || base < 0 ? undefined : base;
  }

  /** The pairs of start and end of a unit's code, for `.debug_aranges`. */
  aranges(unit: Unit): number[] {
    const live: number[] = [];
    const { lowestAddress } = this.dwarf;
    let pairs: number[] = [];
    try {
      pairs = unit.root?.ranges() ?? [];
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.dwarf.damage('unit/ranges', error);
    }
    for (let index = 0; index < pairs.length; index += 2) {
      const start = pairs[index]!;
      const end = pairs[index + 1]!;
      if (start >= lowestAddress && start < end && end <= 2 ** Math.min(53, 8 * unit.addressSize))
        live.push(start, end);
    }
    return live;
  }

  /**
   * Gives labels to the entries of the units that are to be written; those that are damaged are reported, and not among
   * the answer.
   */
  label(units: readonly Unit[]): Unit[] {
    return units.filter((unit) => {
      try {
        this.labels.add(
          unit,
          (cursor) => this.keeps(cursor),
          (count) => this.writer.label(count),
        );
        return true;
      } catch (error) {
        if (!isFormatError(error)) throw error;
        this.dwarf.damage('entries/damaged', error);
        return false;
      }
    });
  }

  /** The number of a unit's line table among those written; `undefined` where it has none. */
  lineTableOf(unit: Unit): number | undefined {
    return this.#lines.numberOf(unit);
  }

  /** Writes a unit whose entries have labels. */
  writeUnit(unit: Unit): void {
    const { header } = unit;
    const { typeOffset } = header;
    const isTypes = unit.section.section.startsWith('.debug_types');
    this.writer.unit(
      {
        ...header,
        isTypes,
        typeLabel:
          typeOffset === undefined ? undefined : this.labels.find(unit.section.section, unit.offset + typeOffset),
      },
      isTypes ? [] : this.aranges(unit),
    );
    this.writeEntries(unit, 0);
  }

  /** Writes the entries of a unit from a depth on: 0 is the root, 1 what is in it. */
  writeEntries(unit: Unit, fromDepth: number): void {
    const { writer } = this;
    let open = fromDepth;
    for (const { entry, depth } of unit.entries()) {
      if (depth < fromDepth) continue;
      const label = this.labels.of(entry);
      if (label === undefined || !this.#isWritten(entry)) continue;
      for (; open > depth; open--) writer.end();
      writer.begin(entry.tag, label);
      open++;
      try {
        this.attributes(entry);
      } catch (error) {
        if (!isFormatError(error)) throw error;
        this.dwarf.damage('entries/damaged', error);
      }
    }
    for (; open > fromDepth; open--) writer.end();
  }

  #isWritten(entry: Entry): boolean {
    try {
      return this.writes(entry);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.dwarf.damage('entries/damaged', error);
      return false;
    }
  }

  #constant(unit: Unit, { name, form, offset }: Attribute, value: Extract<FormValue, { class: 'constant' }>): void {
    const { writer } = this;
    if (value.bits !== undefined) return writer.block(name, KIND.wide, { bytes: bytesOf(value.bits) });
    if (!Number.isSafeInteger(value.value)) {
      // An implicit one was rounded when its abbreviation was read.
      const bytes = form === DW_FORM.implicit_const ? slebBytes(BigInt(value.value)) : lebAt(unit, offset);
      return writer.block(name, value.signed ? KIND.largeSigned : KIND.largeUnsigned, { bytes });
    }
    if (SIZED_ATTRIBUTES.has(name)) {
      if (form === DW_FORM.data1) return writer.value(name, KIND.data1, value.value);
      if (form === DW_FORM.data2) return writer.value(name, KIND.data2, value.value);
      if (form === DW_FORM.data4) return writer.value(name, KIND.data4, value.value);
    }
    const isSigned = value.signed && (value.value < 0 || SIZED_ATTRIBUTES.has(name));
    writer.value(name, isSigned ? KIND.signed : KIND.constant, value.value);
  }

  #reference(name: number, section: string, offset: number): void {
    const label = this.labels.find(section, offset);
    // Nothing there, or left out.
    if (label !== undefined) this.writer.reference(name, label);
  }
}

/** Whether a value is an offset or an index into another section; before DWARF 4 that had the forms of constants. */
function isOffset({ form, value }: Attribute, { version }: Unit): boolean {
  if (value.class === 'constant') return version < 4 && (form === DW_FORM.data4 || form === DW_FORM.data8);
  return value.class === 'section-offset' || value.class === 'list-index';
}

/** Whether a number can count in a section: no section is so large that a number would not be exact there. */
function isOffsetOf({ header }: Unit, offset: number): boolean {
  return offset < 2 ** Math.min(53, 8 * header.offsetSize);
}

function bytesOf(bits: bigint): Uint8Array {
  return new ByteWriter(8).u64Bits(bits).toBytes();
}

/** The bytes of the LEB128 at an offset of a unit's section. */
function lebAt({ header, section }: Unit, offset: number): Uint8Array {
  const rest = section.part(offset, header.end).toBytes();
  return rest.subarray(0, rest.findIndex((byte) => byte < 0x80) + 1);
}

function slebBytes(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const bits = Number(rest & 0x7fn);
    rest >>= 7n;
    const isLast = rest === ((bits & 0x40) === 0 ? 0n : -1n);
    bytes.push(isLast ? bits : bits | 0x80);
    if (isLast) return Uint8Array.from(bytes);
  }
}
