import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { Dwarf } from '../../dwarf/read/dwarf.ts';
import { readArangesLikeLlvm as readAranges } from '../../dwarf/read/llvm-aranges.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import { readUnitHeader } from '../../dwarf/read/unit-header.ts';
import { isFormatError } from '../../errors.ts';
import { hex, hex8 } from './data-cursor.ts';
import { type EntryDamage, findEntryDamage } from './entry-damage.ts';
import { lineTableDamage } from './line-table-damage.ts';
import { LlvmDeath } from './llvm-death.ts';
import { describeRangeListDamage } from './range-list-damage.ts';
import { unitHeaderDamage } from './unit-header-damage.ts';

/**
 * What LLVM prints on standard error about damaged debug information, and when: all units' root entries are looked at
 * before the first answer, unit headers that cannot be read before each, a line table when it is first needed.
 */
export class DwarfWarnings {
  readonly #dwarf: Dwarf;
  readonly #version: 19 | 23;
  readonly #print: (line: string) => void;
  readonly #lineTables = new Set<number>();
  /** Line tables whose program LLVM gives up: at the first look they are not there, then as far as they were read. */
  readonly #givenUp = new Set<number>();
  /** `null` for units whose entries are whole. */
  readonly #walked = new Map<Unit, EntryDamage | null>();
  #header: readonly string[] | undefined | null = null;
  #started = false;
  #unitWithoutEntries: number | undefined;

  constructor(dwarf: Dwarf, version: 19 | 23, print: (line: string) => void) {
    this.#dwarf = dwarf;
    this.#version = version;
    this.#print = print;
  }

  /** Before debug information is looked up `times` times. */
  lookup(times: number): void {
    if (!this.#started) {
      this.#started = true;
      this.#warnOfUnits();
      times += 1;
    }
    const header = this.#badFirstHeader();
    for (let count = 0; header !== undefined && count < times; count++) this.#warnAll(header);
  }

  /**
   * After a variable was looked for in one unit after the other.
   *
   * @param found where the unit starts that has it.
   * @throws LlvmDeath where a unit before that has no entries to be read.
   */
  lookedThroughUnits(found: number | undefined): void {
    const without = this.#unitWithoutEntries;
    if (without !== undefined && (found === undefined || without < found)) {
      throw new LlvmDeath(`no abbreviations of the unit at .debug_info+${hex(without)}`);
    }
  }

  /** Before the entries of a unit are looked through; its root's were looked at before. */
  useEntries(unit: Unit): void {
    let damage = this.#walked.get(unit);
    const isFirst = damage === undefined;
    if (damage === undefined) {
      if (unit.skeleton !== undefined) this.#warnOfStringOffsets(unit);
      damage = findEntryDamage(unit) ?? null;
      this.#walked.set(unit, damage);
    }
    // A unit with nothing but its root is walked through each time.
    if (damage !== null && (isFirst || damage.entries <= 1)) this.#warn(damage.message);
  }

  /**
   * Before a unit is looked through for a variable.
   *
   * @throws LlvmDeath where its entries end within some entry's children, after a list that was closed; and where some
   * variable's place is in a list, and LLVM did not get to setting these up.
   */
  lookThrough(unit: Unit): void {
    this.useEntries(unit);
    const damage = this.#walked.get(unit);
    if (damage?.endsWithNull) throw new LlvmDeath(`variables of a unit whose entries are damaged: ${damage.message}`);
    if (unit.stringOffsetsDamage !== undefined && hasLocationList(unit)) {
      throw new LlvmDeath(`variables of a unit without location lists: ${unit.stringOffsetsDamage}`);
    }
  }

  /** Before a unit's line table is used; whether LLVM does not have it this time. */
  useLineTable(unit: Unit): boolean {
    const table = unit.skeleton ?? unit;
    const offset = statementList(table);
    if (offset === undefined || this.#lineTables.has(offset)) return false;
    this.#lineTables.add(offset);
    this.#warnOfLineTable(table, offset);
    return this.#givenUp.has(offset);
  }

  /** A header that cannot be read ends the section; as long as that leaves no unit at all, LLVM tries again. */
  #badFirstHeader(): readonly string[] | undefined {
    if (this.#header !== null) return this.#header;
    this.#header = undefined;
    const section = this.#dwarf.sections.section('.debug_info');
    if (section !== undefined && section.size > 0) this.#header = unitHeaderDamage(section, 0, this.#version);
    return this.#header;
  }

  #warnOfUnits(): void {
    const aranges = this.#dwarf.sections.section('.debug_aranges');
    const listed = new Set<number>();
    if (aranges !== undefined) {
      const sets = readAranges(aranges, ({ severity, message }) =>
        severity === 'error' ? this.#error(message) : this.#warn(message),
      );
      for (const { unitOffset } of sets) listed.add(unitOffset);
    }
    const section = this.#dwarf.sections.section('.debug_info');
    if (section === undefined) return;
    const units = new Map(this.#dwarf.units.map((unit) => [unit.offset, unit]));
    for (let offset = section.start; offset < section.end; ) {
      let end: number;
      try {
        const header = readUnitHeader(section, offset, false);
        end = header.end;
        const unit = units.get(offset);
        if (unit === undefined) {
          this.#warn(
            `DWARF unit at offset ${hex8(offset)} contains invalid abbreviation set offset ${hex(header.abbreviationsOffset)}`,
          );
          this.#error('No unit DIE');
          this.#unitWithoutEntries ??= offset;
        } else {
          const damage = findEntryDamage(unit);
          if (damage?.entries === 0) {
            this.#warn(damage.message);
            if (!listed.has(offset)) this.#error('No unit DIE');
            offset = end;
            continue;
          }
          this.#warnOfStringOffsets(unit);
          if (!listed.has(offset)) this.#warnOfRanges(unit);
        }
      } catch (error) {
        if (!isFormatError(error)) throw error;
        // The first one is told at each lookup.
        const header = offset > 0 ? unitHeaderDamage(section, offset, this.#version) : undefined;
        if (header !== undefined) this.#warnAll(header);
        return;
      }
      offset = end;
    }
  }

  #warnOfStringOffsets(unit: Unit): void {
    const damage = unit.stringOffsetsDamage;
    if (damage === undefined) return;
    this.#error(`invalid reference to or invalid content in .debug_str_offsets[.dwo]: ${damage}`);
  }

  #warnOfRanges(unit: Unit): void {
    try {
      unit.root?.ranges();
    } catch (error) {
      if (!isFormatError(error)) throw error;
      const value = unit.root?.value(DW_AT.ranges);
      if (unit.version >= 5) {
        if (value !== undefined) this.#error(`decoding address ranges: ${describeRangeListDamage(unit, value)}`);
        return;
      }
      if (value?.class !== 'section-offset') return;
      const size = this.#dwarf.sections.section('.debug_ranges')?.size ?? 0;
      if (value.offset >= size) {
        this.#error(`decoding address ranges: invalid range list offset ${hex(value.offset)}`);
        return;
      }
      const pair = 2 * unit.addressSize;
      const entry = value.offset + Math.floor((size - value.offset) / pair) * pair;
      this.#error(`decoding address ranges: invalid range list entry at offset ${hex(entry)}`);
    }
  }

  #warnOfLineTable(unit: Unit, offset: number): void {
    const section = this.#dwarf.sections.section('.debug_line');
    if (section === undefined || offset >= section.end) return;
    const { messages, isGivenUp } = lineTableDamage(section, offset, unit.addressSize);
    this.#warnAll(messages);
    if (isGivenUp) this.#givenUp.add(offset);
  }

  #warnAll(messages: readonly string[]): void {
    for (const message of messages) this.#warn(message);
  }

  #warn(message: string): void {
    this.#print(`warning: ${message}\n`);
  }

  #error(message: string): void {
    this.#print(`error: ${message}\n`);
  }
}

function hasLocationList(unit: Unit): boolean {
  try {
    for (const { entry } of unit.entries()) {
      const value = entry.tag === DW_TAG.variable ? entry.value(DW_AT.location) : undefined;
      if (value?.class === 'section-offset' || value?.class === 'list-index') return true;
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
  }
  return false;
}

function statementList(unit: Unit): number | undefined {
  try {
    const value = unit.root?.value(DW_AT.stmt_list);
    return value?.class === 'section-offset' ? value.offset : value?.class === 'constant' ? value.value : undefined;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}
