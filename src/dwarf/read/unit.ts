import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { FormatError, isFormatError } from '../../errors.ts';
import { DW_AT } from '../constants/attributes.ts';
import { DW_UT } from '../constants/unit-types.ts';
import { addressOfExpression } from './address-expressions.ts';
import { AddressTable } from './addresses.ts';
import type { Dwarf } from './dwarf.ts';
import { Entry } from './entry.ts';
import { EntryCursor } from './entry-cursor.ts';
import type { EntryShapes } from './entry-shapes.ts';
import type { FormValue } from './forms.ts';
import type { LineSourceFile, LineTable } from './line-table.ts';
import { stringOffsetsDamage } from './llvm-string-offsets.ts';
import { ListTable, listTableHeaderSize, type RangeListContext, readRangeList } from './range-lists.ts';
import type { Contribution } from './sections.ts';
import type { PackagedSection } from './split-index.ts';
import { stringOffsetAt, stringOffsetsHeaderSize } from './string-offsets.ts';
import type { UnitHeader } from './unit-header.ts';

/** The parts of a package file's sections that belong to one unit. */
export type Contributions = Readonly<Partial<Record<PackagedSection, Contribution>>>;

/** What the values of a unit's entries count from; each is read from the root entry once. */
interface Bases {
  readonly strings: number;
  readonly addresses: number | undefined;
  readonly rangeLists: number;
  readonly locationLists: number;
}

/**
 * A unit of `.debug_info` or `.debug_types`: what resolves the values of its entries.
 *
 * A split unit resolves addresses and lines through its skeleton, which `skeleton` is.
 */
export class Unit implements RangeListContext {
  readonly dwarf: Dwarf;
  readonly header: UnitHeader;
  /** The section that the unit is in. */
  readonly section: Window;
  /** The part of it that is the unit. */
  readonly window: Window;
  readonly shapes: EntryShapes;
  /** The unit in the linked file that a split unit completes. */
  readonly skeleton: Unit | undefined;
  readonly contributions: Contributions;
  #root: Entry | undefined | null = null;
  #bases: Bases | undefined;
  #baseAddress: number | undefined | null = null;
  #lineTable: LineTable | undefined | null = null;
  #splitUnit: Unit | undefined | null = null;
  #addresses: AddressTable | undefined;
  #rangeLists: ListTable | undefined;
  #stringOffsetsDamage: string | undefined | null = null;
  /** Where entries start; see {@link Unit.entryAt}. */
  #starts: Set<number> | undefined;
  readonly #rootStrings = new Map<number, string | undefined>();

  constructor(
    dwarf: Dwarf,
    section: Window,
    header: UnitHeader,
    shapes: EntryShapes,
    contributions: Contributions = {},
    skeleton?: Unit,
  ) {
    this.dwarf = dwarf;
    this.section = section;
    this.window = section.part(header.offset, header.end);
    this.header = header;
    this.shapes = shapes;
    this.contributions = contributions;
    this.skeleton = skeleton;
  }

  /** Where the unit starts in its section. */
  get offset(): number {
    return this.header.offset;
  }

  get version(): number {
    return this.header.version;
  }

  get addressSize(): number {
    return this.header.addressSize;
  }

  /** The root entry; `undefined` in a unit without entries. @throws FormatError where it is damaged. */
  get root(): Entry | undefined {
    if (this.#root === null) {
      this.#root = undefined;
      this.#root = this.header.entriesOffset < this.header.end ? Entry.at(this, this.header.entriesOffset) : undefined;
    }
    return this.#root;
  }

  /** The file that was compiled, as recorded. */
  get name(): string | undefined {
    return this.#rootString(DW_AT.name);
  }

  /** The directory of the compilation; a split unit's is its skeleton's. */
  get compilationDirectory(): string | undefined {
    return this.#rootString(DW_AT.comp_dir) ?? this.skeleton?.compilationDirectory;
  }

  /** What wrote the unit. */
  get producer(): string | undefined {
    return this.#rootString(DW_AT.producer);
  }

  /** What offsets in range and location lists count from. */
  get baseAddress(): number | undefined {
    if (this.#baseAddress === null) {
      this.#baseAddress = undefined;
      this.#baseAddress = this.skeleton ? this.skeleton.baseAddress : this.root?.address(DW_AT.low_pc);
    }
    return this.#baseAddress;
  }

  /** The id that a skeleton shares with its split unit, in DWARF 5's header or GNU's attribute. */
  get splitId(): bigint | undefined {
    if (this.header.splitId !== undefined) return this.header.splitId;
    const value = this.root?.value(DW_AT.GNU_dwo_id);
    return value?.class === 'constant' ? (value.bits ?? BigInt(value.value)) : undefined;
  }

  /** The name of the file with the split unit, as recorded in a skeleton. */
  get splitName(): string | undefined {
    return this.#rootString(DW_AT.dwo_name) ?? this.#rootString(DW_AT.GNU_dwo_name);
  }

  /** Whether this unit only stands for another one in a split file. */
  get isSkeleton(): boolean {
    const { unitType, version } = this.header;
    if (version >= 5) return unitType === DW_UT.skeleton;
    return this.root?.has(DW_AT.GNU_dwo_id) === true && this.root.has(DW_AT.GNU_dwo_name);
  }

  /** The split unit of a skeleton, where its file is there; read once, misses included. */
  get splitUnit(): Unit | undefined {
    if (this.#splitUnit === null) {
      this.#splitUnit = undefined;
      try {
        if (this.isSkeleton) this.#splitUnit = this.dwarf.findSplitUnit(this);
      } catch (error) {
        if (!isFormatError(error)) throw error;
        this.dwarf.damage('unit/split-unit', error);
      }
    }
    return this.#splitUnit;
  }

  /**
   * The line table; a split unit's is its skeleton's, because that is where its file numbers count. One whose header is
   * damaged is reported, and not there.
   */
  get lineTable(): LineTable | undefined {
    if (this.skeleton) return this.skeleton.lineTable;
    if (this.#lineTable === null) {
      this.#lineTable = undefined;
      try {
        this.#lineTable = this.#readLineTable();
      } catch (error) {
        if (!isFormatError(error)) throw error;
        this.dwarf.damage('lines/header', error);
      }
    }
    return this.#lineTable;
  }

  /** The source file at an index, as `DW_AT_decl_file`, `DW_AT_call_file` and rows have it. */
  sourceFile(index: number): LineSourceFile | undefined {
    return this.lineTable?.findSource(index, this.compilationDirectory);
  }

  /** The entry at `offset` of the section. @throws FormatError where there is none. */
  entryAt(offset: number): Entry | undefined {
    if (this.dwarf.likeLlvm && !this.#walked(offset)) return undefined;
    return Entry.at(this, offset);
  }

  /** Whether a walk from the root comes to an entry at `offset`: LLVM finds no other. */
  #walked(offset: number): boolean {
    this.#starts ??= startsOf(this);
    return this.#starts.has(offset);
  }

  /** All entries in the order of the section, with their depth: 0 is the root. @throws FormatError where damaged. */
  *entries(): Generator<{ entry: Entry; depth: number }> {
    const cursor = new EntryCursor(this);
    while (cursor.next()) {
      const entry = new Entry(this, cursor.offset, cursor.shape!.abbreviation, cursor.valuesOffset);
      yield { entry, depth: cursor.depth };
    }
  }

  /** The text of a value of class string; `undefined` for other classes. @throws FormatError where it is not there. */
  string(value: FormValue): string | undefined {
    switch (value.class) {
      case 'string':
        return value.value;
      case 'string-offset':
        return this.dwarf.stringAt(value.section, value.offset);
      case 'string-index':
        return this.dwarf.stringAt('.debug_str', this.#stringOffset(value.index));
      default:
        return undefined;
    }
  }

  /** The same for a name that many entries share: kept, see `Dwarf.nameAt`. @throws FormatError as {@link Unit.string}. */
  sharedName(value: FormValue): string | undefined {
    if (value.class === 'string-index') return this.dwarf.nameAt(this.#stringOffset(value.index));
    if (value.class === 'string-offset' && value.section === '.debug_str') return this.dwarf.nameAt(value.offset);
    return this.string(value);
  }

  /**
   * Why LLVM takes none of the unit's string offsets, in its words. It does not take its range lists either then.
   *
   * `undefined` where it does, and where LLVM's ways are not followed.
   */
  get stringOffsetsDamage(): string | undefined {
    if (this.#stringOffsetsDamage === null) this.#stringOffsetsDamage = this.#checkStringOffsets();
    return this.#stringOffsetsDamage;
  }

  #checkStringOffsets(): string | undefined {
    const { likeLlvm, sections } = this.dwarf;
    if (!likeLlvm || this.version < 5) return undefined;
    const section = sections.section('.debug_str_offsets');
    const isNamed =
      sections.suffix === '.dwo' ? section !== undefined : this.root?.has(DW_AT.str_offsets_base) === true;
    try {
      return isNamed ? stringOffsetsDamage(section, this.#base.strings, this.header.offsetSize) : undefined;
    } catch (error) {
      if (!isFormatError(error)) throw error;
      return undefined;
    }
  }

  #stringOffset(index: number): number {
    this.#refuse(this.stringOffsetsDamage);
    const offsets = this.dwarf.required('.debug_str_offsets', this.header.offset, this.section.section);
    return stringOffsetAt(offsets, this.#base.strings, index, this.header.offsetSize);
  }

  /** The address that a value is; -1 and -2 are tombstones. @throws FormatError where it is not there. */
  address(value: FormValue): number | undefined {
    switch (value.class) {
      case 'address':
        return value.address;
      case 'address-index': {
        const address = this.addressAt(value.index);
        return address < 0 ? address : address + value.addend;
      }
      case 'expression':
        // LLVM writes these to save relocations, and does not read them itself.
        if (this.dwarf.likeLlvm) return undefined;
        return addressOfExpression(value.bytes, this.header, (index) => this.addressAt(index));
      default:
        return undefined;
    }
  }

  /** The address at an index of the unit's part of `.debug_addr`. @throws FormatError where there is none. */
  addressAt(index: number): number {
    // Split units have no addresses of their own.
    if (this.skeleton) return this.skeleton.addressAt(index);
    this.#addresses ??= new AddressTable(
      this.dwarf.required('.debug_addr', this.header.offset, this.section.section),
      this.#base.addresses ?? 0,
      this.header.addressSize,
    );
    return this.#addresses.at(index);
  }

  /** The entry that a value refers to. @throws FormatError where there is none at that place. */
  reference(value: FormValue): Entry | undefined {
    switch (value.class) {
      case 'unit-reference': {
        // Some producers refer past the end of their unit; that is another unit's entry then, as LLVM reads it.
        return this.entryAt(this.header.offset + value.offset);
      }
      case 'section-reference':
        return this.dwarf.entryAt(value.offset, this);
      case 'supplementary-reference':
        return this.dwarf.supplementaryEntryAt(value.offset);
      case 'type-signature':
        return this.dwarf.typeEntry(value.signature);
      default:
        return undefined;
    }
  }

  /**
   * The pairs of start and end of a range list that `DW_AT_ranges` refers to.
   *
   * @throws FormatError where the list is not there or damaged.
   */
  rangesOf(value: FormValue): number[] {
    const out: number[] = [];
    this.readRangesInto(value, out);
    return out;
  }

  /** Appends the pairs of a range list to `out`. @throws FormatError as {@link Unit.rangesOf}. */
  readRangesInto(value: FormValue, out: number[]): void {
    const found = this.#rangeList(value);
    if (found === undefined) return;
    if (!this.dwarf.likeLlvm) return readRangeList(found.section, found.offset, this, out);
    const pairs: number[] = [];
    readRangeList(found.section, found.offset, this.#likeLlvm, pairs);
    // Only of a whole list anything counts.
    for (const address of pairs) out.push(address);
  }

  /** This unit for a range list as LLVM reads it: an address that is not there is 0, a base its index. */
  get #likeLlvm(): RangeListContext {
    const { version, addressSize, baseAddress } = this;
    const addressAt = (index: number, otherwise = 0): number => {
      try {
        return this.addressAt(index);
      } catch (error) {
        if (!isFormatError(error)) throw error;
        return otherwise;
      }
    };
    return { version, addressSize, baseAddress, addressAt, baseAt: (index) => addressAt(index, index) };
  }

  /** Where the unit's part of `.debug_str_offsets` starts, its header left out. */
  get stringOffsetsBase(): number {
    return this.#base.strings;
  }

  /** Where the offsets of the unit's table of range lists start. */
  get rangeListsBase(): number {
    return this.#base.rangeLists;
  }

  /** Where the offsets of the unit's table of location lists start. */
  get locationListsBase(): number {
    return this.#base.locationLists;
  }

  #refuse(damage: string | undefined): void {
    if (damage !== undefined) throw new FormatError('bad-offset', '.debug_str_offsets', this.#base.strings, damage);
  }

  #rangeList(value: FormValue): { section: Window; offset: number } | undefined {
    const { version, offset, offsetSize } = this.header;
    if (version >= 5) {
      this.#refuse(this.stringOffsetsDamage);
      // A split unit's lists are in its own file.
      const section = this.dwarf.required('.debug_rnglists', offset, this.section.section);
      if (value.class === 'list-index') {
        if (this.dwarf.likeLlvm) return { section, offset: this.#listAsLlvm(section, value.index) };
        this.#rangeLists ??= new ListTable(section, this.#base.rangeLists, offsetSize);
        return { section, offset: this.#rangeLists.offsetAt(value.index) };
      }
      return value.class === 'section-offset' ? { section, offset: value.offset } : undefined;
    }
    // Before DWARF 4 offsets were constants. GNU split units count in the linked file's section, from its base.
    const at = value.class === 'section-offset' ? value.offset : value.class === 'constant' ? value.value : undefined;
    if (at === undefined) return undefined;
    const unit = this.skeleton ?? this;
    const section = unit.dwarf.required('.debug_ranges', unit.header.offset, unit.section.section);
    return { section, offset: at + (this.skeleton ? this.skeleton.#base.rangeLists : 0) };
  }

  /** LLVM does not ask how many lists a table has, and takes what is behind the section for 0. */
  #listAsLlvm(section: Window, index: number): number {
    const base = this.#base.rangeLists;
    const size = this.header.offsetSize;
    const at = base + size * index;
    return base + (at + size <= section.end ? new ByteReader(section, at).unsigned(size) : 0);
  }

  get #base(): Bases {
    this.#bases ??= this.#readBases();
    return this.#bases;
  }

  #readBases(): Bases {
    const { version, offsetSize } = this.header;
    const root = this.root;
    const offsetOf = (name: number, gnu?: number): number | undefined => {
      const value = root?.value(name) ?? (gnu === undefined ? undefined : root?.value(gnu));
      return value?.class === 'section-offset' ? value.offset : value?.class === 'constant' ? value.value : undefined;
    };
    const isSplit = this.dwarf.sections.suffix === '.dwo';
    const own = (name: PackagedSection, header: number) => (this.contributions[name]?.offset ?? 0) + header;
    const lists = listTableHeaderSize(offsetSize);
    return {
      strings: isSplit
        ? own('.debug_str_offsets', version >= 5 ? stringOffsetsHeaderSize(offsetSize) : 0)
        : (offsetOf(DW_AT.str_offsets_base) ?? (version >= 5 ? stringOffsetsHeaderSize(offsetSize) : 0)),
      addresses: offsetOf(DW_AT.addr_base, DW_AT.GNU_addr_base),
      rangeLists: isSplit
        ? own('.debug_rnglists', lists)
        : (offsetOf(DW_AT.rnglists_base, DW_AT.GNU_ranges_base) ?? (version >= 5 ? lists : 0)),
      locationLists: isSplit
        ? own(version >= 5 ? '.debug_loclists' : '.debug_loc', version >= 5 ? lists : 0)
        : (offsetOf(DW_AT.loclists_base) ?? lists),
    };
  }

  /** A string of the root entry, read once. */
  #rootString(name: number): string | undefined {
    if (this.#rootStrings.has(name)) return this.#rootStrings.get(name);
    let text: string | undefined;
    try {
      text = this.root?.string(name);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      this.dwarf.damage('unit/root-string', error);
    }
    this.#rootStrings.set(name, text);
    return text;
  }

  #readLineTable(): LineTable | undefined {
    const value = this.root?.value(DW_AT.stmt_list);
    const offset =
      value?.class === 'section-offset' ? value.offset : value?.class === 'constant' ? value.value : undefined;
    if (offset === undefined) return undefined;
    const section = this.dwarf.required('.debug_line', this.header.offset, this.section.section);
    return this.dwarf.lineTableAt(section, offset, this);
  }
}

/** Where the entries of a unit start, as far as they can be read. */
function startsOf(unit: Unit): Set<number> {
  const starts = new Set<number>();
  const cursor = new EntryCursor(unit);
  try {
    while (cursor.next()) starts.add(cursor.offset);
  } catch (error) {
    if (!isFormatError(error)) throw error;
  }
  return starts;
}
