import type { Window } from '../../bytes/window.ts';
import { ignore, type Report } from '../../diagnostics.ts';
import { FormatError, isFormatError } from '../../errors.ts';
import { DW_UT } from '../constants/unit-types.ts';
import type { Encoding } from '../model/encoding.ts';
import { Declarations } from './declarations.ts';
import type { Entry } from './entry.ts';
import { EntryShapes } from './entry-shapes.ts';
import { LineTable } from './line-table.ts';
import { DwarfSections, type FindSection } from './sections.ts';
import { UnitIndex } from './split-index.ts';
import { SplitUnits } from './split-units.ts';
import { type Contributions, Unit } from './unit.ts';
import { readUnitHeader, type UnitHeader, unitEnd } from './unit-header.ts';

/** What a skeleton says of the split file that completes it. */
export interface SplitUnitRequest {
  /** The id that both share. */
  readonly id: bigint;
  /** The name of the `.dwo` file, as recorded. */
  readonly name: string | undefined;
  /** The directory of the compilation, which a relative name counts from. */
  readonly compilationDirectory: string | undefined;
}

/** Where the debug information of other files comes from. */
export interface DwarfOptions {
  readonly report?: Report | undefined;
  /** Opens the package or `.dwo` file with a split unit; asked once a unit, `undefined` where there is none. */
  readonly splitFile?: ((request: SplitUnitRequest) => FindSection | undefined) | undefined;
  /** The supplementary file (DWARF 5, section 7.3.6; dwz). */
  readonly supplementary?: Dwarf | undefined;
  /** `.dwo` for the sections of a split file. */
  readonly suffix?: '' | '.dwo';
  /** The first address that code can have: what starts before it is dead. In wasm the first function's body. */
  readonly lowestAddress?: number | undefined;
  /**
   * Take damaged and unusual debug information exactly as LLVM 19 does, for those who compare its answers: dead code at
   * low addresses and backwards ranges count, units without ranges do not, and a header that cannot be read ends the
   * section.
   */
  readonly likeLlvm?: boolean | undefined;
}

/** Sections that an offset of a unit's value may count in. */
type StringSection = '.debug_str' | '.debug_line_str' | 'supplementary';

/**
 * The debug information of one file, whatever container it is in.
 *
 * Nothing is read before it is asked for, and then once. Damage is reported and stays with the unit that it is in.
 */
export class Dwarf {
  readonly sections: DwarfSections;
  readonly report: Report;
  /** The first address that code can have: what starts before it is dead. */
  readonly lowestAddress: number;
  /** See `DwarfOptions.likeLlvm`. */
  readonly likeLlvm: boolean;
  readonly #splitFile: DwarfOptions['splitFile'];
  readonly #supplementary: Dwarf | undefined;
  readonly #shapes = new Map<string, EntryShapes>();
  readonly #declarations: Declarations;
  readonly #names = new Map<number, string>();
  readonly #lineTables = new Map<number, LineTable>();
  readonly #splitFiles = new Map<FindSection, SplitUnits>();
  #units: readonly Unit[] | undefined;
  #typeUnits: readonly Unit[] | undefined;
  #typesBySignature: Map<bigint, Unit> | undefined;

  constructor(find: FindSection, options: DwarfOptions = {}) {
    this.sections = new DwarfSections(find, options.suffix ?? '');
    this.report = options.report ?? ignore;
    this.likeLlvm = options.likeLlvm ?? false;
    this.#declarations = new Declarations({ likeLlvm: this.likeLlvm });
    this.lowestAddress = this.likeLlvm ? 0 : (options.lowestAddress ?? 0);
    this.#splitFile = options.splitFile;
    this.#supplementary = options.supplementary;
  }

  /** The units of `.debug_info` in its order, type units of DWARF 5 included. Headers that cannot be read are reported. */
  get units(): readonly Unit[] {
    this.#units ??= this.#readUnits('.debug_info', false);
    return this.#units;
  }

  /** The type units of DWARF 4's `.debug_types`. */
  get typeUnits(): readonly Unit[] {
    this.#typeUnits ??= this.#readUnits('.debug_types', true);
    return this.#typeUnits;
  }

  /** The unit of `.debug_info` that holds `offset`. */
  unitAt(offset: number): Unit | undefined {
    return findUnit(this.units, offset);
  }

  /**
   * The entry at `offset` of `.debug_info`, or of the section that `from` is in.
   *
   * @throws FormatError `bad-offset` where no unit holds it.
   */
  entryAt(offset: number, from?: Unit): Entry | undefined {
    const units = from?.section.section.startsWith('.debug_types') ? this.typeUnits : this.units;
    const unit = findUnit(units, offset);
    if (unit === undefined) {
      throw new FormatError('bad-offset', from?.section.section ?? '.debug_info', offset, 'no unit holds this offset');
    }
    return unit.entryAt(offset);
  }

  /** The entry of the type with this signature; `undefined` where no unit here has it. */
  typeEntry(signature: bigint): Entry | undefined {
    if (this.#typesBySignature === undefined) {
      this.#typesBySignature = new Map();
      for (const unit of [...this.units, ...this.typeUnits]) {
        const key = unit.header.typeSignature;
        if (key !== undefined && !this.#typesBySignature.has(key)) this.#typesBySignature.set(key, unit);
      }
    }
    const unit = this.#typesBySignature.get(signature);
    return unit?.entryAt(unit.offset + unit.header.typeOffset!);
  }

  /** An entry of the supplementary file. @throws FormatError `missing` where that file is not there. */
  supplementaryEntryAt(offset: number): Entry | undefined {
    if (this.#supplementary) return this.#supplementary.entryAt(offset);
    throw new FormatError('missing', '.debug_info', offset, 'entry of a supplementary file that is not there');
  }

  /** A zero-terminated string. @throws FormatError where it is not there. */
  stringAt(section: StringSection, offset: number): string {
    if (section === 'supplementary') {
      if (this.#supplementary) return this.#supplementary.stringAt('.debug_str', offset);
      throw new FormatError('missing', '.debug_str', offset, 'string of a supplementary file that is not there');
    }
    const window = this.sections.section(section);
    if (window === undefined)
      throw new FormatError('missing', section, offset, 'string in a section that is not there');
    return window.stringAt(offset);
  }

  /**
   * The string at an offset of `.debug_str`, the same object each time: linkers keep a name once, and functions of
   * hundreds of units refer to it. @throws FormatError where it is not there.
   */
  nameAt(offset: number): string {
    let name = this.#names.get(offset);
    if (name === undefined) {
      name = this.stringAt('.debug_str', offset);
      this.#names.set(offset, name);
    }
    return name;
  }

  /** A section that something refers to. @throws FormatError `missing` at the place that refers to it. */
  required(name: string, offset: number, from: string): Window {
    const window = this.sections.section(name);
    if (window === undefined)
      throw new FormatError('missing', from, offset, `no ${name + this.sections.suffix} section`);
    return window;
  }

  /** The line table at `offset`, read once for all units that share it. @throws FormatError where it is damaged. */
  lineTableAt(section: Window, offset: number, unit: Unit): LineTable {
    let table = this.#lineTables.get(offset);
    if (table === undefined) {
      table = LineTable.read(section, offset, {
        addressSize: unit.header.addressSize,
        lowestAddress: this.lowestAddress,
        report: this.report,
        strings: {
          string: (at) => this.stringAt('.debug_str', at),
          lineString: (at) => this.stringAt('.debug_line_str', at),
          stringIndex: (index) => unit.string({ class: 'string-index', index }) ?? '',
          supplementaryString: (at) => this.stringAt('supplementary', at),
        },
      });
      this.#lineTables.set(offset, table);
    }
    return table;
  }

  /** The abbreviations at `offset`, compiled once for all units of the same encoding that share them. */
  shapesAt(section: Window, offset: number, { version, addressSize, offsetSize }: Encoding): EntryShapes {
    const key = `${offset} ${version} ${addressSize} ${offsetSize}`;
    let shapes = this.#shapes.get(key);
    if (shapes === undefined) {
      shapes = new EntryShapes(section, offset, { version, addressSize, offsetSize }, this.#declarations);
      // LLVM reads a table at once, and takes none of it where any of it is damaged.
      if (this.likeLlvm && !shapes.table.isTerminated) {
        throw new FormatError('unexpected-end', section.section, offset, 'table of abbreviations without an end');
      }
      this.#shapes.set(key, shapes);
    }
    return shapes;
  }

  /** The split unit that completes a skeleton, where its file is there and has it. @throws FormatError where damaged. */
  findSplitUnit(skeleton: Unit): Unit | undefined {
    const id = skeleton.splitId;
    if (id === undefined || this.#splitFile === undefined) return undefined;
    const { splitName: name, compilationDirectory } = skeleton;
    const find = this.#splitFile({ id, name, compilationDirectory });
    if (find === undefined) return undefined;
    let file = this.#splitFiles.get(find);
    if (file === undefined) {
      file = new SplitUnits(this.#openSplit(find));
      this.#splitFiles.set(find, file);
    }
    return file.unit(id, skeleton);
  }

  /** Reports damage that an answer goes on without. */
  damage(rule: string, error: FormatError): void {
    const { detail: message, section, offset } = error;
    this.report({ severity: 'error', rule, message, section, offset });
  }

  /** Makes a unit of a header. @throws FormatError where its abbreviations are not there. */
  makeUnit(section: Window, header: UnitHeader, contributions: Contributions = {}, skeleton?: Unit): Unit {
    const abbreviations = this.required('.debug_abbrev', header.offset, section.section);
    const base = contributions['.debug_abbrev']?.offset ?? 0;
    const shapes = this.shapesAt(abbreviations, base + header.abbreviationsOffset, header);
    return new Unit(this, section, header, shapes, contributions, skeleton);
  }

  #openSplit(find: FindSection): Dwarf {
    const { report, likeLlvm } = this;
    return new Dwarf(find, { report, likeLlvm, suffix: '.dwo' });
  }

  /** The parts of a package file that belong to its units, by where these start in the section of this name. */
  #readPackageIndex(name: '.debug_info' | '.debug_types'): Map<number, Contributions> | undefined {
    if (this.sections.suffix === '') return undefined;
    const found = new Map<number, Contributions>();
    for (const index of ['.debug_cu_index', '.debug_tu_index']) {
      const section = this.sections.named(index);
      if (section === undefined) continue;
      try {
        for (const { contributions } of new UnitIndex(section).rows()) {
          const own = contributions[name];
          if (own !== undefined) found.set(own.offset, contributions);
        }
      } catch (error) {
        if (!isFormatError(error)) throw error;
        this.damage('package/index', error);
      }
    }
    return found;
  }

  #readUnits(name: '.debug_info' | '.debug_types', isTypes: boolean): Unit[] {
    const units: Unit[] = [];
    const section = this.sections.section(name);
    if (section === undefined) return units;
    const packaged = this.#readPackageIndex(name);
    for (let offset = section.start; offset < section.end; ) {
      // A unit that cannot be read is left out by its length; without one, so is the rest of the section.
      const next = unitEnd(section, offset);
      let header: UnitHeader | undefined;
      try {
        header = readUnitHeader(section, offset, isTypes);
        units.push(this.makeUnit(section, header, packaged?.get(offset)));
      } catch (error) {
        if (!isFormatError(error)) throw error;
        this.damage('unit/header', error);
        if (this.likeLlvm && header === undefined) break;
      }
      if (next === undefined) break;
      offset = next;
    }
    return units;
  }
}

/** Whether a unit holds code, as opposed to one type. */
export function isCodeUnit(unit: Unit): boolean {
  return unit.header.unitType !== DW_UT.type && unit.header.unitType !== DW_UT.split_type;
}

function findUnit(units: readonly Unit[], offset: number): Unit | undefined {
  let low = 0;
  let high = units.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (units[middle]!.header.end <= offset) low = middle + 1;
    else high = middle;
  }
  const unit = units[low];
  return unit !== undefined && unit.offset <= offset ? unit : undefined;
}
