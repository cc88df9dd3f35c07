import { ByteReader } from '../../bytes/byte-reader.ts';
import { FormatError } from '../../errors.ts';
import { DW_AT } from '../constants/attributes.ts';
import type { Abbreviation } from './abbreviations.ts';
import { EntryCursor } from './entry-cursor.ts';
import { type FormValue, readForm, skipForm } from './forms.ts';
import type { Unit } from './unit.ts';

/** An attribute of an entry, its value as encoded. */
export interface Attribute {
  /** `DW_AT`. */
  readonly name: number;
  /** `DW_FORM`. */
  readonly form: number;
  /** Where the value stands, from the start of the section. */
  readonly offset: number;
  readonly value: FormValue;
}

/** No chain of abstract origins and specifications is longer than this; LLVM and gimli stop there too. */
export const LONGEST_CHAIN = 16;

/** A debugging information entry: a function, a type, a variable … (DWARF 5, section 2.1). */
export class Entry {
  readonly unit: Unit;
  /** From the start of the section, `.debug_info` or `.debug_types`. */
  readonly offset: number;
  readonly abbreviation: Abbreviation;
  readonly #valuesOffset: number;

  constructor(unit: Unit, offset: number, abbreviation: Abbreviation, valuesOffset: number) {
    this.unit = unit;
    this.offset = offset;
    this.abbreviation = abbreviation;
    this.#valuesOffset = valuesOffset;
  }

  /**
   * The entry at `offset` of the unit's section; `undefined` where a list of siblings ends there.
   *
   * @throws FormatError where there is no entry.
   */
  static at(unit: Unit, offset: number): Entry | undefined {
    const { header, section } = unit;
    if (!(offset >= header.entriesOffset && offset < header.end)) {
      throw new FormatError(
        'bad-offset',
        section.section,
        offset,
        `no entry of the unit at 0x${header.offset.toString(16)}`,
      );
    }
    const reader = new ByteReader(unit.window, offset);
    const code = reader.uleb();
    if (code === 0) return undefined;
    const abbreviation = unit.shapes.table.find(code);
    if (abbreviation === undefined) {
      throw new FormatError('unknown-code', section.section, offset, `abbreviation code ${code} is not in its table`);
    }
    return new Entry(unit, offset, abbreviation, reader.offset);
  }

  /** `DW_TAG`. */
  get tag(): number {
    return this.abbreviation.tag;
  }

  get hasChildren(): boolean {
    return this.abbreviation.hasChildren;
  }

  /** All attributes, in order. @throws FormatError where a value is damaged. */
  *attributes(): Generator<Attribute> {
    const reader = this.#reader();
    for (const { name, form, implicit } of this.abbreviation.attributes) {
      const offset = reader.offset;
      yield { name, form, offset, value: readForm(reader, form, implicit, this.unit.header) };
    }
  }

  /** The value of the first attribute of this name. @throws FormatError where a value before it is damaged. */
  value(name: number): FormValue | undefined {
    const { attributes } = this.abbreviation;
    const index = attributes.findIndex((each) => each.name === name);
    if (index < 0) return undefined;
    const reader = this.#reader();
    for (let before = 0; before < index; before++) skipForm(reader, attributes[before]!.form, this.unit.header);
    const { form, implicit } = attributes[index]!;
    return readForm(reader, form, implicit, this.unit.header);
  }

  /**
   * The values of the first attributes of these names, in the order of the names, read in one pass.
   *
   * @throws FormatError where a value before the last of them is damaged.
   */
  values(names: readonly number[]): (FormValue | undefined)[] {
    const found: (FormValue | undefined)[] = new Array(names.length);
    const { attributes } = this.abbreviation;
    const reader = this.#reader();
    const { header } = this.unit;
    for (let index = 0; index < attributes.length; index++) {
      const { name, form, implicit } = attributes[index]!;
      const place = names.indexOf(name);
      if (place >= 0 && found[place] === undefined) found[place] = readForm(reader, form, implicit, header);
      else skipForm(reader, form, header);
    }
    return found;
  }

  /** Whether there is an attribute of this name. */
  has(name: number): boolean {
    return this.abbreviation.attributes.some((each) => each.name === name);
  }

  /** The string that an attribute is. @throws FormatError where it cannot be followed. */
  string(name: number): string | undefined {
    const value = this.value(name);
    return value && this.unit.string(value);
  }

  /** The address that an attribute is; -1 and -2 are tombstones. @throws FormatError where it cannot be followed. */
  address(name: number): number | undefined {
    const value = this.value(name);
    return value && this.unit.address(value);
  }

  /** The number that an attribute is, as it is encoded. */
  constant(name: number): number | undefined {
    const value = this.value(name);
    return value?.class === 'constant' ? value.value : undefined;
  }

  flag(name: number): boolean {
    const value = this.value(name);
    return value?.class === 'flag' && value.value;
  }

  /** The entry that an attribute refers to. @throws FormatError where there is none at that place. */
  reference(name: number): Entry | undefined {
    const value = this.value(name);
    return value && this.unit.reference(value);
  }

  /**
   * This entry and those that it completes: through abstract origins and specifications, also in other units.
   *
   * @throws FormatError where a reference cannot be followed, once the entries before it are used up.
   */
  *chain(): Generator<Entry> {
    let entry: Entry | undefined = this;
    for (let length = 0; entry !== undefined && length < LONGEST_CHAIN; length++) {
      yield entry;
      entry = entry.reference(DW_AT.abstract_origin) ?? entry.reference(DW_AT.specification);
    }
  }

  /**
   * The pairs of start and end of this entry's code, one after the other: `DW_AT_low_pc` and `DW_AT_high_pc`, or
   * `DW_AT_ranges`. Tombstones are left out; empty and backwards ranges are not.
   *
   * @throws FormatError where they cannot be followed.
   */
  ranges(): number[] {
    const low = this.address(DW_AT.low_pc);
    if (low !== undefined) {
      const high = this.value(DW_AT.high_pc);
      if (high !== undefined) {
        const end = high.class === 'constant' ? low + high.value : this.unit.address(high);
        if (low < 0 || end === undefined) return [];
        return [low, end];
      }
    }
    const ranges = this.value(DW_AT.ranges);
    return ranges === undefined ? [] : this.unit.rangesOf(ranges);
  }

  /** The children, in order. @throws FormatError where one of them, or what is below it, is damaged. */
  *children(): Generator<Entry> {
    if (!this.hasChildren) return;
    const cursor = new EntryCursor(this.unit, this.offset);
    cursor.next();
    while (cursor.next()) {
      if (cursor.depth !== 1) continue;
      yield new Entry(this.unit, cursor.offset, cursor.shape!.abbreviation, cursor.valuesOffset);
    }
  }

  #reader(): ByteReader {
    return new ByteReader(this.unit.window, this.#valuesOffset);
  }
}
