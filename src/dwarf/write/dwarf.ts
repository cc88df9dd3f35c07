import { ByteWriter } from '../../bytes/byte-writer.ts';
import { DW_FORM } from '../constants/forms.ts';
import type { Encoding } from '../model/encoding.ts';
import { writeAbbreviations } from './abbreviations.ts';
import { type UnitAranges, writeAranges } from './aranges.ts';
import type { WrittenBlock } from './blocks.ts';
import { Entries } from './entries.ts';
import { type GroupedEntries, groupEntries } from './entry-groups.ts';
import { LineTables, type WrittenLines } from './line-table.ts';
import { LocationLists } from './location-lists.ts';
import { RangeLists } from './range-lists.ts';
import { StringTable } from './strings.ts';
import { fillIn, type UnitContext, type UnitPlace, type WrittenUnitHeader, writeUnit } from './unit.ts';
import { layOutUnit } from './unit-layout.ts';
import { hasNumber, KIND } from './values.ts';

/** Debug information by the names of its sections: `.debug_info` and so on. */
export type DebugSections = ReadonlyMap<string, Uint8Array>;

/** A unit while it is written. */
interface OpenUnit extends UnitPlace {
  /** Pairs of start and end of its code, for `.debug_aranges`. */
  readonly aranges: readonly number[];
}

/**
 * Writes debug information: units, one after the other, each entry with its attributes and then its children.
 *
 * Entries refer to each other by labels, forward and across units; forms, abbreviations and offsets are chosen when
 * everything is there.
 */
export class DwarfWriter {
  readonly #entries = new Entries();
  readonly #strings = new StringTable();
  readonly #blocks: WrittenBlock[] = [];
  readonly #units: OpenUnit[] = [];
  readonly #lines: LineTables = new LineTables(this.#strings);
  readonly #rangeLists = new Map<string, RangeLists>();
  readonly #locationLists = new Map<string, LocationLists>();
  readonly #others = new Map<string, () => Uint8Array>();
  #header: WrittenUnitHeader | undefined;

  /** Labels for `count` entries, one after the other: the first of them. */
  label(count = 1): number {
    return this.#entries.label(count);
  }

  /** Goes on with a new unit. `aranges` are pairs of start and end of its code, for `.debug_aranges`. */
  unit(header: WrittenUnitHeader, aranges: readonly number[] = []): void {
    this.#close();
    const { items, values } = this.#entries;
    this.#entries.encoding = header;
    this.#header = header;
    this.#units.push({
      header,
      aranges,
      firstItem: items.count,
      endItem: items.count,
      firstValue: values.count,
      offset: 0,
      size: 0,
    });
  }

  /** Begins an entry, as a child of the one that is not ended. */
  begin(tag: number, label?: number): void {
    this.#entries.begin(tag, label);
  }

  /** Ends the entry that was begun last. */
  end(): void {
    this.#entries.end();
  }

  flag(name: number, isSet = true): void {
    this.#entries.flag(name, isSet);
  }

  constant(name: number, value: number): void {
    this.#entries.value(name, KIND.constant, value);
  }

  string(name: number, text: string): void {
    this.#entries.value(name, KIND.string, this.#strings.add(text));
  }

  address(name: number, address: number): void {
    this.#entries.value(name, KIND.address, address);
  }

  /** Refers to the entry that has a label, in whatever unit. */
  reference(name: number, label: number): void {
    this.#entries.value(name, KIND.reference, label);
  }

  /** A value of a kind whose number is its own. */
  value(name: number, kind: KIND, value: number): void {
    this.#entries.value(name, kind, value);
  }

  /** A value that is bytes: a block, an expression, a signature, a large constant. */
  block(name: number, kind: KIND, block: WrittenBlock): void {
    this.#entries.value(name, kind, this.#blocks.push(block) - 1);
  }

  /** Refers to a list of ranges, pairs of start and end; `base` is the unit's `DW_AT_low_pc`. */
  ranges(name: number, pairs: readonly number[], base: number | undefined): void {
    this.#entries.value(name, KIND.ranges, this.#ranges.add(pairs, base));
  }

  /** The location lists of the unit. */
  get locations(): LocationLists {
    const header = this.#header!;
    return listsOf(this.#locationLists, header.version >= 5 ? '.debug_loclists' : '.debug_loc', header, LocationLists);
  }

  /** The number of a line table that is set later, for units to refer to. */
  reserveLines(): number {
    return this.#lines.reserve();
  }

  /** Says what a line table is. */
  setLines(number: number, table: WrittenLines): void {
    this.#lines.set(number, table);
  }

  /** Where a line table stands; known when other sections are made. */
  lineOffset(table: number): number {
    return this.#lines.offset(table);
  }

  /** Strings stay where they are in this section, for others that refer to it; new ones come behind them. */
  keepStrings(section: Uint8Array): void {
    this.#strings.keep(section);
  }

  /** Range lists stay where they are in this section; new ones come behind them. */
  keepRanges(section: Uint8Array, encoding: Encoding): void {
    listsOf(this.#rangeLists, '.debug_ranges', encoding, RangeLists).keep(section);
  }

  /** Adds a section that is made when all others are written. */
  section(name: string, make: () => Uint8Array): void {
    this.#others.set(name, make);
  }

  /** All sections; the writer is used up. */
  finish(): DebugSections {
    this.#close();
    const entries = this.#entries;
    const { unitOfLabel, unitOfItem } = this.#homes();
    const grouped = groupEntries(entries, this.#strings, (item, label) => unitOfLabel[label] === unitOfItem(item));
    const { section: abbreviations, codes } = writeAbbreviations(grouped.groups);
    const strings = this.#placeStrings(grouped);
    const lines = this.#lines.write();
    const context: UnitContext = {
      entries,
      grouped,
      codes,
      strings: this.#strings,
      blocks: this.#blocks,
      labelOffsets: new Float64Array(entries.labelCount),
      // Entries that nobody wrote are at the start of the section.
      unitOffsetOf: (label) => this.#units[unitOfLabel[label]!]?.offset ?? 0,
      resolve: (kind, value) => (kind === KIND.lines ? this.#lines.offset(value) : value),
    };
    let infoSize = 0;
    let typesSize = 0;
    for (const unit of this.#units) {
      layOutUnit(unit, context);
      if (unit.header.isTypes) {
        unit.offset = typesSize;
        typesSize += unit.size;
      } else {
        unit.offset = infoSize;
        infoSize += unit.size;
      }
    }
    const info = new ByteWriter(infoSize);
    const types = new ByteWriter(typesSize);
    const aranges: UnitAranges[] = [];
    for (const unit of this.#units) {
      writeUnit(unit.header.isTypes ? types : info, unit, context);
      const { addressSize, offsetSize } = unit.header;
      aranges.push({ offset: unit.offset, addressSize, offsetSize, ranges: unit.aranges });
    }
    const sections = new Map<string, Uint8Array>();
    const add = (name: string, bytes: Uint8Array | undefined): void => {
      if (bytes !== undefined && bytes.length > 0) sections.set(name, bytes);
    };
    add('.debug_abbrev', grouped.groups.length > 0 ? abbreviations : undefined);
    add('.debug_info', info.toBytes());
    add('.debug_types', types.toBytes());
    add('.debug_aranges', writeAranges(aranges));
    add('.debug_line', lines);
    add('.debug_str', strings);
    for (const [name, lists] of this.#rangeLists) add(name, lists.finish());
    for (const [name, lists] of this.#locationLists) {
      add(
        name,
        lists.finish((out, at, block) => fillIn(out, at, block, context)),
      );
    }
    for (const [name, make] of this.#others) add(name, make());
    return sections;
  }

  #close(): void {
    const unit = this.#units.at(-1);
    if (unit === undefined) return;
    if (this.#entries.depth !== 0) throw new RangeError('an entry is not ended');
    (unit as { endItem: number }).endItem = this.#entries.items.count;
  }

  /** The range lists of the unit. */
  get #ranges(): RangeLists {
    const header = this.#header!;
    return listsOf(this.#rangeLists, header.version >= 5 ? '.debug_rnglists' : '.debug_ranges', header, RangeLists);
  }

  /** Which unit each labelled entry is in. */
  #homes(): { unitOfLabel: Int32Array; unitOfItem: (item: number) => number } {
    const { labels, labelCount } = this.#entries;
    const unitOfLabel = new Int32Array(labelCount).fill(-1);
    for (const [index, { firstItem, endItem }] of this.#units.entries()) {
      for (let item = firstItem; item < endItem; item++) {
        const label = labels.data[item]!;
        if (label >= 0) unitOfLabel[label] = index;
      }
    }
    let unit = 0;
    const unitOfItem = (item: number): number => {
      // Items are asked for in order, more or less.
      if (item < this.#units[unit]!.firstItem) unit = 0;
      while (item >= this.#units[unit]!.endItem) unit++;
      return unit;
    };
    return { unitOfLabel, unitOfItem };
  }

  /** Places the strings that something refers to, and answers `.debug_str`. */
  #placeStrings({ groups, groupOfItem }: GroupedEntries): Uint8Array {
    const strings = this.#strings;
    const needed = new Uint8Array(strings.count);
    for (const path of this.#lines.sharedPaths()) needed[strings.find(path)!] = 1;
    const { data: values } = this.#entries.values;
    let position = 0;
    for (let item = 0; item < groupOfItem.length; item++) {
      const group = groups[groupOfItem[item]!];
      if (group === undefined) continue;
      let place = position;
      for (const [attribute, kind] of group.shape.kinds.entries()) {
        if (group.forms[attribute] === DW_FORM.strp) needed[values[place]!] = 1;
        if (hasNumber(kind)) place++;
      }
      position += group.shape.width;
    }
    return strings.place((id) => needed[id] === 1);
  }
}

/** One table a section: all units of it have one size of addresses. */
function listsOf<T>(all: Map<string, T>, name: string, encoding: Encoding, Lists: new (encoding: Encoding) => T): T {
  let lists = all.get(name);
  if (lists === undefined) {
    lists = new Lists(encoding);
    all.set(name, lists);
  }
  return lists;
}
