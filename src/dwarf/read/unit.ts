import type { Window } from '../../bytes/window.ts';
import { isFormatError } from '../../errors.ts';
import { DW_AT } from '../constants/attributes.ts';
import { DW_UT } from '../constants/unit-types.ts';
import { addressOfExpression } from './address-expressions.ts';
import { AddressTable } from './addresses.ts';
import type { Dwarf } from './dwarf.ts';
import { Entry } from './entry.ts';
import { EntryCursor } from './entry-cursor.ts';
import type { EntryShapes } from './entry-shapes.ts';
import { startsOf } from './entry-starts.ts';
import type { FormValue } from './forms.ts';
import type { LineSourceFile, LineTable } from './line-table.ts';
import { refuseStringOffsets, stringOffsetsDamage } from './llvm-string-offsets.ts';
import type { RangeListContext } from './range-lists.ts';
import type { Contribution } from './sections.ts';
import type { PackagedSection } from './split-index.ts';
import { stringOffsetAt } from './string-offsets.ts';
import { readBases, type UnitBases } from './unit-bases.ts';
import type { UnitHeader } from './unit-header.ts';
import { UnitRangeLists } from './unit-range-lists.ts';

/** The parts of a package file's sections that belong to one unit. */
export type Contributions = Readonly<Partial<Record<PackagedSection, Contribution>>>;

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
  #bases: UnitBases | undefined;
  #baseAddress: number | undefined | null = null;
  #lineTable: LineTable | undefined | null = null;
  #splitUnit: Unit | undefined | null = null;
  #addresses: AddressTable | undefined;
  #rangeLists: UnitRangeLists | undefined;
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
    if (this.#stringOffsetsDamage === null) this.#stringOffsetsDamage = stringOffsetsDamage(this);
    return this.#stringOffsetsDamage;
  }

  #stringOffset(index: number): number {
    refuseStringOffsets(this);
    const offsets = this.dwarf.required('.debug_str_offsets', this.header.offset, this.section.section);
    return stringOffsetAt(offsets, this.bases.strings, index, this.header.offsetSize);
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
      this.bases.addresses ?? 0,
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
    this.#rangeLists ??= new UnitRangeLists(this);
    this.#rangeLists.readInto(value, out);
  }

  /** What offsets and indexes in its values count from. */
  get bases(): UnitBases {
    this.#bases ??= readBases(this);
    return this.#bases;
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
